package economy

import (
	"millrace/domain/id"
	"millrace/domain/party"
)

// Person is somebody who works in the economy.
type Person struct {
	Actor id.Actor
	Name  string
	Desk  string // what the person does there: one of Desks
	Role  party.Role
	Party id.Party
	Firm  string
	Key   string // text of the signing key, for load.PrivateKey; "" where the person signs nothing
}

// The desks of people, in the order in which a node shows them.
const (
	OperationsDesk  = "Operations"
	CreditDesk      = "Credit and risk"
	TreasuryDesk    = "Treasury"
	ComplianceDesk  = "Compliance"
	AuditDesk       = "Audit"
	BuyerDesk       = "Buyer"
	SellerDesk      = "Seller"
	FunderDesk      = "Funder"
	DistributorDesk = "Distributor"
	WarehouseDesk   = "Warehouse"
	CustodyDesk     = "Custody"
)

// Desks are all desks, in the order in which people are shown.
var Desks = []string{
	OperationsDesk, CreditDesk, TreasuryDesk, ComplianceDesk, AuditDesk, BuyerDesk, SellerDesk, FunderDesk, DistributorDesk, WarehouseDesk, CustodyDesk,
}

// People are all who work in the economy and may be chosen to look through their eyes, in the order in which they came.
func (e *Economy) People() []Person { return e.people }

// person has somebody register for a firm, and gives the actor.
func (e *Economy) person(of *firm, role party.Role, desk string) id.Actor {
	name := e.called()
	actor := e.actor(e.Maker, of.id, role, name+", "+desk)
	if actor != 0 {
		e.people = append(e.people, Person{Actor: actor, Name: name, Desk: desk, Role: role, Party: of.id, Firm: of.name})
	}
	return actor
}

// signs notes the key with which a person signs.
func (e *Economy) signs(actor id.Actor, text string) {
	for i := range e.people {
		if e.people[i].Actor == actor {
			e.people[i].Key = text
		}
	}
}

// staff are those at the operator and the custodian whom nobody else needs.
func (e *Economy) staff(operator, custodian *firm) {
	e.person(operator, party.Compliance, ComplianceDesk)
	e.person(operator, party.Auditor, AuditDesk)
	e.person(custodian, party.Custodian, CustodyDesk)
}

// called gives names of people, in turn: as many as two lists of different lengths give together, and then again.
func (e *Economy) called() string {
	n := e.names
	e.names++
	return given[n%len(given)] + " " + surnames[n%len(surnames)]
}

var given = []string{
	"Anneke", "Bruno", "Clara", "Dmitri", "Elif", "Fabian", "Greta", "Hakan", "Ines", "Jonas", "Katrin", "Leon", "Mira", "Niklas", "Olga", "Pavel", "Ronja", "Stefan",
	"Tamara", "Uwe", "Vera", "Wanda", "Yusuf",
}

var surnames = []string{
	"Ahrendt", "Bergner", "Czerny", "Dahlke", "Eggers", "Fenske", "Gruber", "Hollstein", "Imhof", "Jahnke", "Kaya", "Lindner", "Mertens", "Nowak", "Oswald", "Petersen",
	"Quast", "Reimann", "Sander", "Tiedemann", "Ulbrich", "Voss", "Wiese", "Yilmaz", "Zander", "Albers", "Brandt", "Conrad", "Ebeling",
}
