package book

import (
	"slices"

	"millrace/domain/calendar"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/mandate"
	"millrace/domain/money"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &GiveAuthority{} })
	registerCommand(func() act { return &RevokeAuthority{} })
	registerEvent(func() fact { return &AuthorityGiven{} })
	registerEvent(func() fact { return &AuthorityRevoked{} })
	permitted[commandGiveAuthority] = party.Funder
	permitted[commandRevokeAuthority] = party.Funder
	tables[tableFunderAuthority] = held("funder_authority", func(b *Book) *shelf[funding.Authority] { return &b.authorities },
		[]Column{ind("funder", Integer), col("state", Text)},
		func(r *funding.Authority) []any { return []any{int64(r.Funder), r.State.String()} })
}

// GiveAuthority is a funder's standing authority, signed under its mandates for the whole amount: within it its money is lent, and
// its bids are taken, without its people.
type GiveAuthority struct {
	Terms      funding.AuthorityTerms `cbor:"1,keyasint"`
	Signatures []Signature            `cbor:"2,keyasint"`
	verified
}

// Statement is what the funder's signatories sign.
func (c *GiveAuthority) Statement() []byte {
	s := newStatement("lend by standing authority", 1)
	t := &c.Terms
	s.line("funder", t.Funder)
	for _, p := range t.Programmes {
		s.line("programme", p)
	}
	s.line("currency", t.Currency)
	s.line("amount at most", t.AmountMost)
	s.line("in all at most", t.TotalMost)
	s.line("grade at worst", t.GradeMost)
	s.line("days at most", t.TenorDaysMax)
	s.line("until", t.Until)
	return s.bytes()
}

// Verify compares the signatures with the statement.
func (c *GiveAuthority) Verify() *Rejection { return c.verify(c.Statement(), c.Signatures...) }

// Kind names the stored form.
func (*GiveAuthority) Kind() uint16 { return commandGiveAuthority }

func (c *GiveAuthority) decide(d *draft) *Rejection {
	c.must()
	t := &c.Terms
	if d.by() != t.Funder {
		return reject("other_party", "funder", "only the funder itself gives authority over its money")
	}
	if len(t.Programmes) == 0 || len(t.Programmes) > funding.AuthorityProgrammesMax {
		return reject("authority_terms", "programmes", "an authority names 1 to %d programmes", funding.AuthorityProgrammesMax)
	}
	for i, one := range t.Programmes {
		p, rejection := d.live(one)
		if rejection != nil {
			return rejection
		}
		if slices.Contains(t.Programmes[:i], one) || p.Currency != t.Currency || !funds(p, t.Funder) {
			return reject("authority_terms", "programmes", "programme %s is named twice, in another currency, or not one that %s funds", one, t.Funder)
		}
		if live := d.authorityOf[useKey{one, t.Funder}]; live != 0 {
			return reject("authority_live", "programmes", "authority %s is live in programme %s: revoke it first", live, one)
		}
	}
	if t.AmountMost <= 0 || t.TotalMost < t.AmountMost || t.TotalMost > money.MinorMax {
		return reject("amount_invalid", "amount_most", "an authority bounds each use, and all together by no less")
	}
	if t.GradeMost < 1 || t.GradeMost > credit.GradeMax {
		return reject("grade_invalid", "grade_most", "a grade is 1 to %d, not %d", credit.GradeMax, t.GradeMost)
	}
	if t.TenorDaysMax <= 0 || t.TenorDaysMax > nearDays {
		return reject("authority_terms", "tenor_days_max", "the longest tenor is 1 to %d days", nearDays)
	}
	if t.Until < d.today() || !d.near(t.Until) {
		return reject("dates_invalid", "until", "an authority does not end before today, and not years from now")
	}
	if rejection := d.signed(c.Signatures, t.Funder, mandate.Lend, money.Amount{Minor: t.TotalMost, Currency: t.Currency}); rejection != nil {
		return rejection
	}
	given := funding.Authority{
		ID: id.Make[id.Authority](d.shard, d.number(tableFunderAuthority, d.authorities.count)), Terms: *t, Funder: t.Funder, State: funding.AuthorityLive, Maker: d.header.Actor,
	}
	for i := range c.Signatures {
		given.Keys = append(given.Keys, c.Signatures[i].Key)
	}
	d.emit(&AuthorityGiven{Authority: given})
	return nil
}

// RevokeAuthority ends an authority at once: nothing is accepted under it any more. What is, stays.
type RevokeAuthority struct {
	Authority id.Authority `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*RevokeAuthority) Kind() uint16 { return commandRevokeAuthority }

func (c *RevokeAuthority) decide(d *draft) *Rejection {
	a := d.authorities.at(c.Authority.Number())
	if a == nil {
		return reject("authority_unknown", "authority", "there is no authority %s", c.Authority)
	}
	if rejection := d.own(a.Funder, "authority"); rejection != nil {
		return rejection
	}
	if a.State != funding.AuthorityLive {
		return reject("authority_state", "authority", "authority %s is %s", a.ID, a.State)
	}
	d.emit(&AuthorityRevoked{Authority: a.ID})
	return nil
}

// authorised finds the authority of a funder that covers a use, or what it lacks.
func (u *use) authorised(d *draft, funder id.Party, principal money.Minor) (id.Authority, funding.Lack) {
	a := d.authorities.at(d.authorityOf[useKey{u.programme.ID, funder}].Number())
	if a == nil {
		return 0, funding.LackEnded
	}
	return a.ID, a.Covers(funding.Asked{
		Principal: principal, Grade: u.gradeOf(d), TenorDays: int32(calendar.DaysBetween(d.today(), u.due)), Currency: u.programme.Currency, Today: d.today(),
	})
}

// gradeOf is the grade of who owes; 0 for none that lasts.
func (u *use) gradeOf(d *draft) uint8 {
	owes := u.buyer
	if u.receivable == nil {
		owes = u.seller
	}
	grade, _ := d.graded(owes, "")
	return grade
}

// countAuthority keeps what was accepted under a standing authority.
func (b *Book) countAuthority(f *funding.Financing, sign money.Minor) {
	if a := b.authorities.at(f.Own.Authority.Number()); a != nil {
		a.Financed = money.Add(a.Financed, sign*f.Principal)
		b.touched(tableFunderAuthority, f.Own.Authority.Number(), &a.Entry)
	}
}

// AuthorityGiven says that a funder lends without its people.
type AuthorityGiven struct {
	Authority funding.Authority `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*AuthorityGiven) Kind() uint16 { return eventAuthorityGiven }

func (e *AuthorityGiven) fold(b *Book) {
	number := e.Authority.ID.Number()
	b.authorities.add(number, e.Authority)
	a := b.authorities.at(number)
	b.indexAuthority(a)
	b.touched(tableFunderAuthority, number, &a.Entry)
}

// AuthorityRevoked says that a funder no longer does.
type AuthorityRevoked struct {
	Authority id.Authority `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*AuthorityRevoked) Kind() uint16 { return eventAuthorityRevoked }

func (e *AuthorityRevoked) fold(b *Book) {
	a := b.authorities.at(e.Authority.Number())
	for _, p := range a.Terms.Programmes {
		delete(b.authorityOf, useKey{p, a.Funder})
	}
	a.State = funding.AuthorityRevoked
	b.touched(tableFunderAuthority, e.Authority.Number(), &a.Entry)
}

// indexAuthority: authorityOf, from table funder_authority.
func (b *Book) indexAuthority(a *funding.Authority) {
	if a.State == funding.AuthorityLive {
		for _, p := range a.Terms.Programmes {
			b.authorityOf[useKey{p, a.Funder}] = a.ID
		}
	}
}
