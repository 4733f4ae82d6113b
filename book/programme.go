package book

import (
	"millrace/domain/calendar"
	"millrace/domain/certificate"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/product"
	"millrace/domain/rule"
)

func init() {
	registerCommand(func() act { return &ProposeProgramme{} })
	registerCommand(func() act { return &ApproveProgramme{} })
	registerEvent(func() fact { return &ProgrammeProposed{} })
	registerEvent(func() fact { return &ProgrammeApproved{} })
	registerEvent(func() fact { return &ProgrammeStopped{} })
	permitted[commandProposeProgramme] = party.Operator
	permitted[commandApproveProgramme] = party.Operator
}

// ProposeProgramme proposes a product round an anchor.
type ProposeProgramme struct {
	Product      id.Product       `cbor:"1,keyasint"`
	Anchor       id.Party         `cbor:"2,keyasint"`
	Custodian    id.Party         `cbor:"3,keyasint"`
	Currency     money.Currency   `cbor:"4,keyasint"`
	Calendar     calendar.Code    `cbor:"5,keyasint"`
	Funders      []funding.Funder `cbor:"6,keyasint"`
	ReferAbove   money.Minor      `cbor:"7,keyasint"`
	ApproveAbove money.Minor      `cbor:"8,keyasint"`
	SellerShare  money.Rate       `cbor:"9,keyasint"`
	TiersMax     uint8            `cbor:"30,keyasint,omitempty"` // through how many hands a certificate may go; 0: none are issued
	Law          certificate.Law  `cbor:"31,keyasint,omitempty"` // of its certificates

	Tolerances       funding.Tolerances      `cbor:"10,keyasint,omitzero"`
	Duplicates       funding.DuplicatePolicy `cbor:"11,keyasint,omitzero"`
	Severities       rule.Policy             `cbor:"35,keyasint,omitempty"` // of rules of EN 16931, other than their own
	VerifiedInvoices bool                    `cbor:"40,keyasint,omitempty"` // only invoices that a tax bureau has said are valid

	Sharing funding.Sharing `cbor:"80,keyasint,omitempty"` // among the funders
	Dropped funding.Dropped `cbor:"81,keyasint,omitempty"` // pro rata: what becomes of the share of a funder that takes no part

	AccountsRequired bool        `cbor:"100,keyasint,omitempty"` // nothing is accepted or instructed before all its supervised accounts are on record
	PayeeChecked     bool        `cbor:"110,keyasint,omitempty"` // only accounts with a check are paid to
	PayeeNewDays     uint16      `cbor:"111,keyasint,omitempty"` // two persons approve a payment to an account verified less than so many days ago, or never paid to
	ChangeDays       uint8       `cbor:"112,keyasint,omitempty"` // business days that a change of bank details waits; 0: funding.ChangeDaysDefault
	LenderInstructs  bool        `cbor:"113,keyasint,omitempty"` // a disbursement leaves on the word of the funder's own person
	SupplierPaid     bool        `cbor:"106,keyasint,omitempty"` // what it lends on orders goes to the borrower's own suppliers and never to the borrower
	TenorGapDaysMax  int32       `cbor:"105,keyasint,omitempty"` // 0 to 3,660: by which assets may be due after their funding ends
	AutoMatch        bool        `cbor:"115,keyasint,omitempty"` // what comes in is allocated by the node where the evidence stands by itself
	ConfirmAbove     money.Minor `cbor:"116,keyasint,omitempty"` // a larger receipt is confirmed by a person; 0: none is too large
	MisdirectedStops bool        `cbor:"120,keyasint,omitempty"` // nothing new is financed for a seller that is late with what it was paid by mistake

	Files             funding.FileTerms `cbor:"135,keyasint,omitempty"` // what it asks of the onboarding files of seller and buyer
	AuthorityRequired bool              `cbor:"130,keyasint,omitempty"` // without a funder's standing authority its people decide on each use of its money, and it does not bid
}

// TiersMost is the most tiers that a programme may allow.
const TiersMost = 16

// FundersMax is the most funders of a programme.
const FundersMax = 32

// Kind names the stored form.
func (*ProposeProgramme) Kind() uint16 { return commandProposeProgramme }

func (c *ProposeProgramme) decide(d *draft) *Rejection {
	p := d.products.at(c.Product.Number())
	if p == nil {
		return reject("product_unknown", "product", "there is no product %s", c.Product)
	}
	if p.State != product.Live {
		return reject("product_state", "product", "product %s is %s", c.Product, p.State)
	}
	if rejection := d.onboarded(c.Anchor, party.Anchor|party.Buyer, "anchor"); rejection != nil {
		return rejection
	}
	if rejection := d.onboarded(c.Custodian, party.Custodian, "custodian"); rejection != nil {
		return rejection
	}
	if !c.Currency.Known() {
		return reject("currency_unknown", "currency", "the currency is not in ISO 4217")
	}
	if terms := &p.Terms; terms.Form == product.Full && terms.Currency != c.Currency {
		return reject("currency_differs", "currency", "the product is in %s", terms.Currency)
	}
	if rejection := runs(&p.Terms, c.TiersMax); rejection != nil {
		return rejection
	}
	if c.Sharing == funding.ProRata && p.Terms.Form == product.Full && !plain(&p.Terms) {
		return reject("sharing_invalid", "sharing", "funders share on terms that are alike for all: without fees at the due date, a reserve, or what the buyer bears besides the debt")
	}
	if _, known := c.Calendar.Calendar(); !known {
		return reject("calendar_unknown", "calendar", "the calendar is not known")
	}
	if paysEarly(&p.Terms) != (len(c.Funders) == 0) || len(c.Funders) > FundersMax {
		return reject("funders_invalid", "funders", "a programme has 1 to %d funders, and none where the buyer pays out of its own cash", FundersMax)
	}
	for i, f := range c.Funders {
		if rejection := d.onboarded(f.Party, party.Funder, "funders"); rejection != nil {
			return rejection
		}
		if f.Rate < 0 || f.Rate >= money.RateOne {
			return reject("rate_invalid", "funders", "the rate %s is not between 0 and 100 %%", f.Rate)
		}
		for _, other := range c.Funders[:i] {
			if other.Party == f.Party || other.Priority >= f.Priority {
				return reject("funders_invalid", "funders", "funders are named once, in ascending priority")
			}
		}
	}
	if c.ReferAbove < 0 || c.ApproveAbove < 0 || c.ConfirmAbove < 0 || c.SellerShare < 0 || c.SellerShare > money.RateOne {
		return reject("bound_invalid", "", "bounds are not below zero and shares not above 100 %%")
	}
	if c.TiersMax > TiersMost || int(c.Law) >= certificate.Laws {
		return reject("certificates_invalid", "tiers_max", "a certificate goes through %d hands at most, under a law that is known", TiersMost)
	}
	if rejection := checkTolerances(&c.Tolerances); rejection != nil {
		return rejection
	}
	if !c.Duplicates.Valid() || c.Files > funding.FileStops {
		return reject("bound_invalid", "duplicates", "a part of the policy on duplicates, or what is asked of files, lies outside its bounds")
	}
	if rejection := checkSeverities(c.Severities); rejection != nil {
		return rejection
	}
	if rejection := c.checkSharing(); rejection != nil {
		return rejection
	}
	if rejection := c.checkMoneyRules(&p.Terms); rejection != nil {
		return rejection
	}
	c.open(d)
	return nil
}

// open puts the programme on record.
func (c *ProposeProgramme) open(d *draft) {
	number := d.number(tableProgramme, d.programmes.count)
	d.emit(&ProgrammeProposed{Programme: funding.Programme{
		ID: id.Make[id.Programme](d.shard, number), Product: c.Product, Anchor: c.Anchor, Operator: d.by(), Custodian: c.Custodian,
		Currency: c.Currency, Calendar: c.Calendar, Funders: c.Funders, ReferAbove: c.ReferAbove, ApproveAbove: c.ApproveAbove,
		Share: c.SellerShare, TiersMax: c.TiersMax, Law: uint8(c.Law), State: funding.Proposed, Maker: d.header.Actor, Tolerances: c.Tolerances,
		Duplicates:       c.Duplicates,
		Severities:       c.Severities,
		VerifiedInvoices: c.VerifiedInvoices,
		Sharing:          c.Sharing, Dropped: c.Dropped,
		AccountsRequired: c.AccountsRequired,
		PayeeChecked:     c.PayeeChecked, PayeeNewDays: c.PayeeNewDays, ChangeDays: c.ChangeDays, LenderInstructs: c.LenderInstructs,
		TenorGapDaysMax: c.TenorGapDaysMax, SupplierPaid: c.SupplierPaid,
		AutoMatch: c.AutoMatch, ConfirmAbove: c.ConfirmAbove,
		MisdirectedStops: c.MisdirectedStops,
		Files:            c.Files, AuthorityRequired: c.AuthorityRequired,
	}})
}

// onboarded refuses a party that is unknown, not onboarded, or has none of the roles.
func (d *draft) onboarded(p id.Party, roles party.Role, field string) *Rejection {
	record := d.parties.at(p.Number())
	if record == nil {
		return reject("party_unknown", field, "there is no party %s", p)
	}
	if record.State != party.Onboarded {
		return reject("party_not_onboarded", field, "party %s is %s", p, record.State)
	}
	if record.Roles&roles == 0 {
		return reject("role_not_of_party", field, "party %s has the roles %q, not %q", p, record.Roles.Names(), roles.Names())
	}
	return nil
}

// ApproveProgramme makes a proposed programme live.
type ApproveProgramme struct {
	Programme id.Programme `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ApproveProgramme) Kind() uint16 { return commandApproveProgramme }

func (c *ApproveProgramme) decide(d *draft) *Rejection {
	p := d.programmes.at(c.Programme.Number())
	if p == nil {
		return reject("programme_unknown", "programme", "there is no programme %s", c.Programme)
	}
	if p.State != funding.Proposed {
		return reject("programme_state", "programme", "programme %s is %s", c.Programme, p.State)
	}
	if rejection := d.second(p.Maker); rejection != nil {
		return rejection
	}
	if offered := d.products.at(p.Product.Number()); offered.State != product.Live {
		return reject("product_state", "product", "product %s is %s", offered.ID, offered.State)
	}
	d.emit(&ProgrammeApproved{Programme: c.Programme, Checker: d.header.Actor})
	return nil
}

// live finds a programme that may be used.
func (d *draft) live(programme id.Programme) (*funding.Programme, *Rejection) {
	p := d.programmes.at(programme.Number())
	if p == nil {
		return nil, reject("programme_unknown", "programme", "there is no programme %s", programme)
	}
	if p.State != funding.Live {
		return nil, reject("programme_state", "programme", "programme %s is %s", programme, p.State)
	}
	return p, nil
}

// ProgrammeProposed says that a programme was proposed.
type ProgrammeProposed struct {
	Programme funding.Programme `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ProgrammeProposed) Kind() uint16 { return eventProgrammeProposed }

func (e *ProgrammeProposed) fold(b *Book) {
	number := e.Programme.ID.Number()
	b.programmes.add(number, e.Programme)
	b.touched(tableProgramme, number, &b.programmes.at(number).Entry)
}

// ProgrammeApproved says that a programme is live.
type ProgrammeApproved struct {
	Programme id.Programme `cbor:"1,keyasint"`
	Checker   id.Actor     `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*ProgrammeApproved) Kind() uint16 { return eventProgrammeApproved }

func (e *ProgrammeApproved) fold(b *Book) {
	p := b.programmes.at(e.Programme.Number())
	p.State, p.Checker = funding.Live, e.Checker
	b.touched(tableProgramme, e.Programme.Number(), &p.Entry)
}

// ProgrammeStopped says that no payment leaves a programme until the shortfall has been dealt with.
type ProgrammeStopped struct {
	Programme id.Programme `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*ProgrammeStopped) Kind() uint16 { return eventProgrammeStopped }

func (e *ProgrammeStopped) fold(b *Book) {
	p := b.programmes.at(e.Programme.Number())
	p.Stopped = true
	b.cashStopped(p.ID)
	b.touched(tableProgramme, e.Programme.Number(), &p.Entry)
}
