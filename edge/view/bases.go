package view

import (
	"millrace/book"
	"millrace/domain/borrowing"
	"millrace/domain/id"
	"millrace/domain/inventory"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/locale"
)

// Pool is a seller's receivables that secure what it has drawn in a programme.
type Pool struct {
	ID         string  `json:"id"`
	Programme  string  `json:"programme"`
	Seller     *Ref    `json:"seller"`
	Members    int     `json:"receivables"`
	Base       string  `json:"base,omitempty" doc:"the newest that is on record"`
	Determined string  `json:"determined,omitempty" doc:"business date of that"`
	Available  *Amount `json:"available,omitempty" doc:"by it"`
	Entry      uint64  `json:"entry"`
}

// Base is what a pool bears on a day: every receivable with what it counts for or why it does not, and the certificate that
// follows, each column of which adds up by hand.
type Base struct {
	ID         string     `json:"id"`
	Pool       string     `json:"pool"`
	Programme  string     `json:"programme"`
	Seller     *Ref       `json:"seller"`
	Collateral string     `json:"collateral" doc:"terms by which it was worked out"`
	On         string     `json:"on" doc:"business date"`
	Classes    []string   `json:"classes" doc:"columns of the rows"`
	Rows       []BaseRow  `json:"rows"`
	Items      []BaseItem `json:"items"`
	Lost       []BaseLost `json:"lost,omitempty" doc:"what obligors lose as a whole"`
	Available  Amount     `json:"available"`
	Overdrawn  Amount     `json:"overadvance"`
	Entry      uint64     `json:"entry"`
}

// BaseRow is a row of the certificate.
type BaseRow struct {
	Line    string   `json:"line" enum:"gross,less,eligible,less_above_cap,net_eligible,advance,less_above_max,advanced,advanced_total,dilution_reserve,other_reserves,base,limit_of_facility,drawable,outstanding,available,overadvance"`
	Reason  string   `json:"reason,omitempty" doc:"of a row that takes something off"`
	Amounts []Amount `json:"amounts,omitempty" doc:"by class"`
	Total   Amount   `json:"total"`
}

// BaseItem is a receivable in a base.
type BaseItem struct {
	Receivable string `json:"receivable"`
	Amount     Amount `json:"amount"`
	Counts     bool   `json:"counts"`
	Reason     string `json:"reason,omitempty" doc:"why it does not count"`
}

// BaseLost is what an obligor's receivables as a whole lose.
type BaseLost struct {
	Obligor *Ref   `json:"obligor"`
	Reason  string `json:"reason"`
	Amount  Amount `json:"amount"`
}

// Collateral is one version of the terms on which a programme lends against stock, a pool, or both.
type Collateral struct {
	ID        string      `json:"id"`
	Programme string      `json:"programme"`
	State     string      `json:"state" enum:"proposed,live,replaced"`
	Stock     *StockTerms `json:"stock,omitempty"`
	Base      *BaseTerms  `json:"base,omitempty"`
	CureDays  int         `json:"cure_days,omitempty" doc:"to make an overadvance on a pool good"`
	Maker     *Ref        `json:"maker,omitempty"`
	Checker   *Ref        `json:"checker,omitempty"`
	Entry     uint64      `json:"entry"`
}

// StockTerms are those of loans against stock. Shares are in per cent.
type StockTerms struct {
	PriceAgeDaysMax int              `json:"price_age_days_max" doc:"a price that is older values nothing"`
	Haircut         string           `json:"haircut" doc:"off every market value" example:"10"`
	QualityHaircuts []QualityHaircut `json:"quality_haircuts,omitempty" doc:"added to it"`
	StorageHaircuts []StorageHaircut `json:"storage_haircuts,omitempty" doc:"likewise; by rising days, the last that applies counts"`
	RatioTarget     string           `json:"ratio_target" doc:"most that is lent, and what a call restores" example:"70"`
	RatioTrigger    string           `json:"ratio_trigger" doc:"above it a call is made" example:"80"`
	RatioSale       string           `json:"ratio_sale,omitempty" doc:"above it goods may be sold at once" example:"95"`
	CureDays        int              `json:"cure_days"`
	SaleCost        string           `json:"sale_cost" example:"2"`
	ReleaseStep     string           `json:"release_step" doc:"goods leave in multiples of it" example:"1"`
}

// QualityHaircut is for one quality of one kind of goods.
type QualityHaircut struct {
	Goods   string `json:"goods"`
	Quality string `json:"quality"`
	Haircut string `json:"haircut"`
}

// StorageHaircut is for goods that have been in store for at least so many days.
type StorageHaircut struct {
	FromDays int    `json:"from_days"`
	Haircut  string `json:"haircut"`
}

// BaseTerms are those of a borrowing base. Shares are in per cent; a bound that is missing or 0 is none.
type BaseTerms struct {
	AdvanceRate      string `json:"advance_rate" example:"75"`
	Home             string `json:"home,omitempty" doc:"the borrower's country, ISO 3166-1 alpha-2"`
	OverdueDaysMax   int    `json:"overdue_days_max"`
	CrossAging       string `json:"cross_aging,omitempty" doc:"such a share of an obligor's overdue, or more: all of it is out"`
	TenorDaysMax     int    `json:"tenor_days_max,omitempty"`
	DocumentDaysMax  int    `json:"document_days_max,omitempty"`
	Unconfirmed      string `json:"unconfirmed" enum:"counts,excluded" doc:"receivables that the obligor has not confirmed"`
	Foreign          string `json:"foreign" enum:"counts,excluded" doc:"obligors of another country than home"`
	CapBasis         string `json:"cap_basis" enum:"of_eligible,of_what_remains"`
	ObligorCap       string `json:"obligor_cap,omitempty"`
	GroupCap         string `json:"group_cap,omitempty"`
	CountryCap       string `json:"country_cap,omitempty"`
	DilutionFloor    string `json:"dilution_floor,omitempty"`
	DilutionMultiple string `json:"dilution_multiple,omitempty" doc:"150 is one and a half times"`
	Limit            Amount `json:"limit_of_facility"`
	Reserves         Amount `json:"reserve_other_total"`
}

// The names of policies and bases of caps, by value.
var (
	PolicyNames   = []string{"", "counts", "excluded"}
	CapBasisNames = []string{"", "of_eligible", "of_what_remains"}
)

var (
	pools = source[book.Pool]{table: "pool", parties: []string{"seller"}, programme: "programme", scope: poolsSeen}
	bases = source[book.Base]{table: "base", parties: []string{"seller"}, programme: "programme", scope: poolsSeen}
	terms = source[book.Collateral]{table: "collateral", state: "state", programme: "programme", scope: collateralSeen}
)

// poolsSeen: a seller sees its own, a funder those of its programmes.
func poolsSeen(v *View, c access.Caller) (clause, error) {
	found, err := v.among(c, "programme", party.Funder, whole)
	if err == nil && c.Views()&party.Seller != 0 {
		found.sql += " OR seller = ?"
		found.arguments = append(found.arguments, int64(c.Party))
	}
	return found, err
}

// collateralSeen: the funders of a programme, and in force whoever sees the programme.
func collateralSeen(v *View, c access.Caller) (clause, error) {
	found, err := v.among(c, "programme", party.Funder, whole)
	if err != nil {
		return found, err
	}
	seen, err := programmesSeen(v, c)
	found.sql += " OR (state = 'live' AND programme >> 16 IN (SELECT number FROM programme WHERE " + seen.sql + "))"
	found.arguments = append(found.arguments, seen.arguments...)
	return found, err
}

// Pool gives a pool that the caller sees, else ErrNotFound.
func (v *View) Pool(c access.Caller, of id.Pool) (Pool, error) {
	return one(v, &pools, c, of.Number(), (*showing).showPool)
}

// Pools lists the pools that the caller sees.
func (v *View) Pools(c access.Caller, q Query) (Page[Pool], error) {
	return many(v, &pools, c, q, (*showing).showPool)
}

// Base gives a base that the caller sees, else ErrNotFound.
func (v *View) Base(c access.Caller, of id.Base) (Base, error) {
	return one(v, &bases, c, of.Number(), (*showing).showBase)
}

// Bases lists the bases that the caller sees.
func (v *View) Bases(c access.Caller, q Query) (Page[Base], error) {
	return many(v, &bases, c, q, (*showing).showBase)
}

// Collateral gives terms that the caller sees, else ErrNotFound.
func (v *View) Collateral(c access.Caller, of id.Collateral) (Collateral, error) {
	return one(v, &terms, c, of.Number(), (*showing).showCollateral)
}

// Collaterals lists the terms that the caller sees.
func (v *View) Collaterals(c access.Caller, q Query) (Page[Collateral], error) {
	return many(v, &terms, c, q, (*showing).showCollateral)
}

func (s *showing) showPool(r *book.Pool) Pool {
	shown := Pool{ID: r.ID.String(), Programme: r.Programme.String(), Seller: s.party(r.Seller), Members: int(r.Members), Determined: day(r.Determined), Entry: r.Entry}
	if r.Base != 0 {
		shown.Base = r.Base.String()
		s.note(rows(s.View, "SELECT number, record FROM base WHERE number = ?", []any{int64(r.Base.Number())}, func(_ uint64, base *book.Base) error {
			available := AmountOf(base.Certificate.Find(borrowing.Available, 0), base.Certificate.Currency)
			shown.Available = &available
			return nil
		}))
	}
	return shown
}

func (s *showing) showBase(r *book.Base) Base {
	k := &r.Certificate
	amount := func(minor money.Minor) Amount { return AmountOf(minor, k.Currency) }
	shown := Base{
		ID: r.ID.String(), Pool: r.Pool.String(), Programme: r.Programme.String(), Seller: s.party(r.Seller), Collateral: r.Collateral.String(), On: day(k.On),
		Rows: []BaseRow{}, Items: []BaseItem{}, Available: amount(k.Find(borrowing.Available, 0)), Overdrawn: amount(k.Find(borrowing.Overadvance, 0)), Entry: r.Entry,
	}
	for _, class := range k.Classes {
		shown.Classes = append(shown.Classes, class.Name)
	}
	for _, row := range k.Rows {
		told := BaseRow{Line: row.Line.String(), Total: amount(row.Total)}
		if row.Reason != 0 {
			told.Reason = row.Reason.String()
		}
		for i := range k.Classes {
			if row.Line < borrowing.AdvancedTotal {
				told.Amounts = append(told.Amounts, amount(row.Amounts[i]))
			}
		}
		shown.Rows = append(shown.Rows, told)
	}
	for _, item := range r.Items {
		told := BaseItem{Receivable: item.Receivable.String(), Amount: amount(item.Amount), Counts: item.Reason == borrowing.Eligible}
		if item.Reason != borrowing.Eligible {
			told.Reason = item.Reason.String()
		}
		shown.Items = append(shown.Items, told)
	}
	for _, lost := range k.Lost {
		shown.Lost = append(shown.Lost, BaseLost{s.party(lost.Party), lost.Reason.String(), amount(lost.Amount)})
	}
	return shown
}

func (s *showing) showCollateral(r *book.Collateral) Collateral {
	shown := Collateral{ID: r.ID.String(), Programme: r.Programme.String(), State: r.State.String(), CureDays: int(r.CureDays), Entry: r.Entry}
	shown.Maker, shown.Checker = s.people(r.Maker, r.Checker)
	if r.LendsOnStock() {
		t := &r.Stock
		shown.Stock = &StockTerms{
			PriceAgeDaysMax: int(t.PriceAgeMaxDays), Haircut: Percent(t.Haircut), RatioTarget: Percent(t.RatioTarget), RatioTrigger: Percent(t.RatioTrigger),
			CureDays: int(t.CureDays), SaleCost: Percent(t.SaleCost), ReleaseStep: t.ReleaseStep.String(),
		}
		if t.RatioSale != 0 {
			shown.Stock.RatioSale = Percent(t.RatioSale)
		}
		for _, q := range t.QualityHaircuts {
			shown.Stock.QualityHaircuts = append(shown.Stock.QualityHaircuts, QualityHaircut{q.Goods, q.Quality, Percent(q.Haircut)})
		}
		for _, q := range t.StorageHaircuts {
			shown.Stock.StorageHaircuts = append(shown.Stock.StorageHaircuts, StorageHaircut{int(q.FromDays), Percent(q.Haircut)})
		}
	}
	if r.LendsOnPool() {
		shown.Base = baseTermsOf(&r.Base)
	}
	return shown
}

func baseTermsOf(t *borrowing.Terms) *BaseTerms {
	share := func(rate money.Rate) string {
		if rate == 0 {
			return ""
		}
		return Percent(rate)
	}
	shown := &BaseTerms{
		Home: t.Home.String(), OverdueDaysMax: int(t.OverdueDaysMax), CrossAging: share(t.CrossAging), TenorDaysMax: int(t.TenorDaysMax),
		DocumentDaysMax: int(t.DocumentDaysMax), Unconfirmed: PolicyNames[t.Unconfirmed], Foreign: PolicyNames[t.Foreign], CapBasis: CapBasisNames[t.CapBasis],
		ObligorCap: share(t.ObligorCap), GroupCap: share(t.GroupCap), CountryCap: share(t.CountryCap), DilutionFloor: share(t.DilutionFloor),
		DilutionMultiple: share(t.DilutionMultiple), Limit: AmountOf(t.LimitOfFacility, t.Currency), Reserves: AmountOf(t.ReserveOtherTotal, t.Currency),
	}
	for _, class := range t.Classes {
		if class.Kind == borrowing.Receivables {
			shown.AdvanceRate = Percent(class.AdvanceRate)
		}
	}
	return shown
}

// ofSecurity tells about terms, calls, pools and bases.
func (s *showing) ofSecurity(e book.Event) *locale.Text {
	switch e := e.(type) {
	case *book.CollateralProposed:
		return locale.Say("Terms of security were proposed for %s.", s.programmeName(e.Collateral.Programme))
	case *book.CollateralApproved:
		return locale.Say("Terms of security %s were approved by %s.", e.Collateral, s.decider(e.Checker))
	case *book.MarginAssessed:
		return s.ofCall(e)
	case *book.ReceivablesPooled:
		return locale.Say("%d receivables of %s secure what it draws: pool %s.", len(e.Receivables), s.name(e.Pool.Seller), e.Pool.ID)
	case *book.ReceivablesWithdrawn:
		return locale.Say("%d receivables have left pool %s.", len(e.Receivables), e.Pool)
	case *book.BaseDetermined:
		k := &e.Base.Certificate
		told := locale.Say("On %s the pool of %s bears %s, and %s may still be drawn", k.On, s.name(e.Base.Seller), AmountOf(k.Find(borrowing.Drawable, 0), k.Currency),
			AmountOf(k.Find(borrowing.Available, 0), k.Currency))
		if over := k.Find(borrowing.Overadvance, 0); over > 0 {
			told = locale.Say("On %s the pool of %s bears %s less than is drawn", k.On, s.name(e.Base.Seller), AmountOf(over, k.Currency))
		}
		return told.And(".")
	}
	return nil
}

func (s *showing) ofCall(e *book.MarginAssessed) *locale.Text {
	k, currency := &e.Call.Call, s.currencyOfProgramme(e.Call.Programme)
	switch e.Action {
	case inventory.CloseCall:
		return locale.Say("Margin call %s is cured.", k.ID)
	case inventory.LapseCall:
		return locale.Say("Margin call %s was not met by %s: the loan is overdue, and the security may be sold.", k.ID, k.CureBy)
	case inventory.SellAtOnce:
		return locale.Say("Security of %s for %s: it may be sold at once.", AmountOf(k.Value, currency), AmountOf(k.Exposure, currency))
	}
	return locale.Say("Margin is called: %s is owed on security of %s; a payment of %s, or security of %s more, by %s makes it good.",
		AmountOf(k.Exposure, currency), AmountOf(k.Value, currency), AmountOf(k.Repay, currency), AmountOf(k.TopUp, currency), k.CureBy)
}
