package api

import (
	"net/http"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/certificate"
	"millrace/domain/credit"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/legal"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/domain/product"
	"millrace/domain/trade"
	"millrace/edge/access"
	"millrace/edge/intake"
	"millrace/edge/view"
	"millrace/engine"
)

// shown makes the last step of an act from the id of the record that shows what came of it.
func shown[C book.Command, I, T any](of func(c C, a *engine.Answer) I, find func(*view.View, access.Caller, I) (T, error)) func(*call, *view.View, *engine.Answer, book.Command) (T, error) {
	return func(x *call, v *view.View, a *engine.Answer, c book.Command) (T, error) {
		return find(v, x.caller, of(c.(C), a))
	}
}

func (s *server) registerAll() {
	s.registerReading()
	s.registerPolicies()
	s.registerParties()
	s.registerActors()
	s.registerTerms()
	s.describeProductFile()
	s.registerCredit()
	s.registerTrade()
	s.registerFinancings()
	s.registerLines()
	s.registerTenor()
	s.registerLimits()
	s.registerPayments()
	s.registerReceipts()
	s.registerLedger()
	s.registerDocuments()
	s.registerChannels()
	s.registerMovements()
	s.registerSigning()
	s.registerConfirmations()
	s.registerUndertakings()
	s.registerDisputes()
	s.registerStatements()
	s.registerLegal()
	s.registerCertificates()
	s.registerAuctions()
	s.registerStock()
	s.registerPools()
	s.registerFunders()
	s.registerAccounts()
	s.registerDigital()
	s.registerModels()
	s.registerSetOff()
	s.registerWebhooks()
	s.registerBulk()
}

func (s *server) registerParties() {
	register(s, act[PartyBody, view.Party]{
		name: "register_party", status: http.StatusCreated, build: buildParty,
		show: shown(func(_ *book.RegisterParty, a *engine.Answer) id.Party {
			if e := event[*book.PartyOnboarded](a); e != nil {
				return e.Party
			}
			return event[*book.PartyRegistered](a).Party.ID
		}, (*view.View).Party),
	})
	register(s, act[BankAccountBody, view.BankAccount]{
		name: "propose_bank_account", addressed: "party", status: http.StatusCreated, build: buildBankAccount,
		show: shown(func(_ *book.ProposeBankAccount, a *engine.Answer) id.BankAccount {
			return event[*book.BankAccountProposed](a).Account.ID
		}, (*view.View).BankAccount),
	})
	s.registerPayees()
}

func buildParty(x *call, _ string, body *PartyBody) (book.Command, error) {
	c := &book.RegisterParty{Country: body.Country, Group: optional[id.Party](x.fields, "group", body.Group)}
	for _, name := range body.Roles {
		role := party.ParseRole(name)
		if role == 0 {
			x.bad("roles", name, "is not a role of a party")
		}
		c.Roles |= role
	}
	profile := intake.Profile{
		Name: x.text("name", body.Name, 300), Country: body.Country, Identifiers: body.Identifiers, Street: body.Street, City: body.City, PostalCode: body.PostalCode,
	}
	for _, identifier := range body.Identifiers {
		x.text("identifiers", identifier.Value, 200)
	}
	if err := x.problem(); err != nil {
		return nil, err
	}
	c.Tokens = x.server.Intake.PartyTokens(profile)
	var err error
	c.Profile, err = x.server.Intake.StoreProfile(x.ctx, profile)
	return c, err
}

func buildBankAccount(x *call, of string, body *BankAccountBody) (book.Command, error) {
	owner, _, err := addressed(x, of, (*view.View).Party)
	if err != nil {
		return nil, err
	}
	details := intake.BankDetails{IBAN: body.IBAN, Number: body.Number, BIC: body.BIC, Holder: x.text("holder", body.Holder, 300)}
	if (body.IBAN == "") == (body.Number == "") {
		x.bad("iban", body.IBAN, "either an IBAN or another number is given")
	} else if body.IBAN != "" && !intake.ValidIBAN(body.IBAN) {
		x.bad("iban", body.IBAN, "is not an IBAN: the check digits are wrong")
	}
	c := &book.ProposeBankAccount{Party: owner, Currency: x.currency("currency", body.Currency), Token: x.server.Intake.AccountToken(details)}
	c.Details, err = x.keepJSON(intake.KindAccount, details)
	return c, err
}

func (s *server) registerActors() {
	register(s, act[ActorBody, view.Actor]{
		name: "register_actor", status: http.StatusCreated,
		build: func(x *call, _ string, body *ActorBody) (book.Command, error) {
			c := &book.RegisterActor{Party: required[id.Party](x.fields, "party", body.Party), Role: party.ParseRole(body.Role)}
			if c.Role == 0 {
				x.bad("role", body.Role, "is not a role")
			}
			name := x.text("name", body.Name, 300)
			var err error
			c.Profile, err = x.keep(intake.KindActor, name)
			return c, err
		},
		show: shown(func(_ *book.RegisterActor, a *engine.Answer) id.Actor {
			return event[*book.ActorRegistered](a).Actor.ID
		}, (*view.View).Actor),
	})
	showActor := func(of func(book.Command) id.Actor) func(x *call, v *view.View, a *engine.Answer, c book.Command) (view.Actor, error) {
		return func(x *call, v *view.View, _ *engine.Answer, c book.Command) (view.Actor, error) {
			return v.Actor(x.caller, of(c))
		}
	}
	register(s, act[ActorStateBody, view.Actor]{
		name: "decide_actor", addressed: "actor", status: http.StatusOK,
		build: func(x *call, of string, body *ActorStateBody) (book.Command, error) {
			actor, _, err := addressed(x, of, (*view.View).Actor)
			return &book.DecideActor{Actor: actor, Active: body.Active}, err
		},
		show: showActor(func(c book.Command) id.Actor { return c.(*book.DecideActor).Actor }),
	})
	register(s, act[AdministratorBody, view.Actor]{
		name: "decide_administrator", addressed: "actor", status: http.StatusOK,
		build: func(x *call, of string, body *AdministratorBody) (book.Command, error) {
			actor, _, err := addressed(x, of, (*view.View).Actor)
			return &book.DecideAdministrator{Actor: actor, Administrator: body.Administrator}, err
		},
		show: showActor(func(c book.Command) id.Actor { return c.(*book.DecideAdministrator).Actor }),
	})
	register(s, act[KeyBody, NewKey]{
		name: "add_key", addressed: "actor", status: http.StatusCreated,
		build: func(x *call, of string, body *KeyBody) (book.Command, error) {
			actor, _, err := addressed(x, of, (*view.View).Actor)
			if err != nil {
				return nil, err
			}
			c := &book.AddKey{Actor: actor, Name: x.text("name", body.Name, 64)}
			for _, name := range body.Scopes {
				c.Scopes |= party.ParseScope(name)
			}
			x.secret, c.Hash, err = access.NewSecret(x.server.Random)
			return c, err
		},
		show: func(x *call, v *view.View, a *engine.Answer, _ book.Command) (NewKey, error) {
			key, err := v.Key(x.caller, event[*book.KeyAdded](a).Key.ID)
			return NewKey{key, x.secret}, err
		},
	})
	register(s, act[nothing, view.Key]{
		name: "revoke_key", addressed: "key", status: http.StatusOK,
		build: func(x *call, of string, _ *nothing) (book.Command, error) {
			key, _, err := addressed(x, of, (*view.View).Key)
			return &book.RevokeKey{Key: key}, err
		},
		show: shown(func(c *book.RevokeKey, _ *engine.Answer) id.Key { return c.Key }, (*view.View).Key),
	})
}

func (s *server) registerTerms() {
	register(s, act[ProductBody, view.Product]{
		name: "propose_product", status: http.StatusCreated, build: buildProduct, middleware: s.productFileBody,
		show: shown(func(_ *book.ProposeProduct, a *engine.Answer) id.Product {
			return event[*book.ProductProposed](a).Product.ID
		}, (*view.View).Product),
	})
	register(s, act[nothing, view.Product]{
		name: "approve_product", addressed: "product", status: http.StatusOK,
		build: func(x *call, of string, _ *nothing) (book.Command, error) {
			product, _, err := addressed(x, of, (*view.View).Product)
			return &book.ApproveProduct{Product: product}, err
		},
		show: shown(func(c *book.ApproveProduct, _ *engine.Answer) id.Product { return c.Product }, (*view.View).Product),
	})
	register(s, act[nothing, view.Product]{
		name: "retire_product", addressed: "product", status: http.StatusOK,
		build: func(x *call, of string, _ *nothing) (book.Command, error) {
			product, _, err := addressed(x, of, (*view.View).Product)
			return &book.RetireProduct{Product: product}, err
		},
		show: shown(func(c *book.RetireProduct, _ *engine.Answer) id.Product { return c.Product }, (*view.View).Product),
	})
	register(s, act[ProgrammeBody, view.Programme]{
		name: "propose_programme", status: http.StatusCreated, build: buildProgramme,
		show: shown(func(_ *book.ProposeProgramme, a *engine.Answer) id.Programme {
			return event[*book.ProgrammeProposed](a).Programme.ID
		}, (*view.View).Programme),
	})
	register(s, act[nothing, view.Programme]{
		name: "approve_programme", addressed: "programme", status: http.StatusOK,
		build: func(x *call, of string, _ *nothing) (book.Command, error) {
			programme, _, err := addressed(x, of, (*view.View).Programme)
			return &book.ApproveProgramme{Programme: programme}, err
		},
		show: shown(func(c *book.ApproveProgramme, _ *engine.Answer) id.Programme { return c.Programme }, (*view.View).Programme),
	})
}

// terms reads the terms of a product.
func (x *call) terms(t *view.Terms) product.Terms {
	if t.File != "" {
		x.bad("terms.file", "", "is given beside the terms, not in them")
	}
	dayCount, known := calendar.ParseDayCount(t.DayCount)
	if !known {
		x.bad("terms.day_count", t.DayCount, "is not a day count")
	}
	read := product.Terms{
		Name: t.Name, Technique: t.Technique, Assignment: product.Assignment(x.choice("terms.assignment", t.Assignment, view.Assignments)),
		Recourse: product.Recourse(t.Recourse), Disclosed: t.Disclosed,
		Undertaking: product.Undertaking(x.choice("terms.undertaking", t.Undertaking, view.Undertakings)),
		AdvanceRate: x.percent("terms.advance_rate", t.AdvanceRate), Timing: product.InterestTiming(x.choice("terms.timing", t.Timing, view.Timings)),
		DayCount: dayCount, FeeRate: x.percent("terms.fee_rate", t.FeeRate), FeeMinimum: money.Minor(t.FeeMinimum),
		LateRate: x.percent("terms.late_rate", t.LateRate), GraceDays: t.GraceDays, TenorDaysMin: t.TenorDaysMin, TenorDaysMax: t.TenorDaysMax,
		QuoteSeconds: t.QuoteSeconds, SellerLimit: t.SellerLimit, SellerReview: t.SellerReview, SearchDaysMax: t.SearchDays,
	}
	for _, tier := range t.Waterfall {
		read.Waterfall = append(read.Waterfall, product.Tier(x.choice("terms.waterfall", tier, view.Tiers)))
	}
	for _, kind := range t.Agreements {
		read.Agreements |= 1 << x.choice("terms.agreements", kind, legal.KindNames)
	}
	for _, fact := range t.Evidence {
		read.EvidenceRequired |= uint16(trade.Ordered) << x.choice("terms.evidence", fact, view.Facts)
	}
	return read
}

func buildProgramme(x *call, _ string, body *ProgrammeBody) (book.Command, error) {
	c := &book.ProposeProgramme{
		Product: required[id.Product](x.fields, "product", body.Product), Anchor: required[id.Party](x.fields, "anchor", body.Anchor),
		Custodian: required[id.Party](x.fields, "custodian", body.Custodian), Currency: x.currency("currency", body.Currency),
	}
	calendarCode, known := calendar.ParseCode(body.Calendar)
	if !known {
		x.bad("calendar", body.Calendar, "is not a calendar")
	}
	c.Calendar = calendarCode
	for i := range body.Funders {
		f := &body.Funders[i]
		if f.Priority < 0 || f.Priority > 255 {
			x.bad("funders.priority", "", "is 0 to 255")
		}
		c.Funders = append(c.Funders, funding.Funder{
			Party: required[id.Party](x.fields, "funders.party", f.Party), Priority: uint8(f.Priority), Rate: x.percent("funders.rate", f.Rate),
		})
		if f.Commitment != nil {
			c.Funders[i].Commitment = x.amountIn("funders.commitment", *f.Commitment, c.Currency)
		}
	}
	x.sharing(c, body)
	c.VerifiedInvoices = body.VerifiedInvoices
	c.SupplierPaid, c.TenorGapDaysMax = body.SupplierPaid, body.TenorGapDaysMax
	x.payeeTerms(c, body)
	c.MisdirectedStops, c.AuthorityRequired = body.MisdirectedStops, body.AuthorityRequired
	c.Files = x.fileTerms(body.Files)
	if c.AutoMatch = body.AutoMatch; body.ConfirmAbove != nil {
		c.ConfirmAbove = x.amountIn("confirm_above", *body.ConfirmAbove, c.Currency)
	}
	c.AccountsRequired = body.AccountsRequired
	if body.ReferAbove != nil {
		c.ReferAbove = x.amountIn("refer_above", *body.ReferAbove, c.Currency)
	}
	if body.ApproveAbove != nil {
		c.ApproveAbove = x.amountIn("approve_above", *body.ApproveAbove, c.Currency)
	}
	if body.SellerShare != "" {
		c.SellerShare = x.percent("seller_share", body.SellerShare)
	}
	if body.TiersMax < 0 || body.TiersMax > book.TiersMost {
		x.bad("tiers_max", "", "is 0 to %d", book.TiersMost)
	}
	c.TiersMax = uint8(body.TiersMax)
	if c.Law, known = certificate.ParseLaw(body.Law); !known {
		x.bad("certificate_law", body.Law, "is not a law that is known")
	}
	if body.Tolerances != nil {
		c.Tolerances = x.tolerances(body.Tolerances, c.Currency)
	}
	if body.Duplicates != nil {
		policy, ok := body.Duplicates.Policy()
		if !ok {
			x.bad("duplicates", "", "is not a policy on duplicates")
		}
		c.Duplicates = policy
	}
	c.Severities = x.policy("severities", body.Severities)
	return c, nil
}

func (x *call) tolerances(body *TolerancesBody, c money.Currency) funding.Tolerances {
	share := func(field, text string) money.Rate {
		if text == "" {
			return 0
		}
		return x.percent("tolerances."+field, text)
	}
	read := funding.Tolerances{
		PriceShare: share("price_share", body.PriceShare), QuantityShare: share("quantity_share", body.QuantityShare),
		OverDelivery: share("over_delivery", body.OverDelivery), UnderDelivery: share("under_delivery", body.UnderDelivery),
	}
	if body.PriceAmount != nil {
		read.PriceAmount = x.amountIn("tolerances.price_amount", *body.PriceAmount, c)
	}
	if body.DaysLate < 0 || body.DaysLate > funding.DaysLateMax {
		x.bad("tolerances.days_late", "", "is 0 to %d", funding.DaysLateMax)
	} else {
		read.DaysLate = uint16(body.DaysLate)
	}
	return read
}

func (s *server) registerCredit() {
	register(s, act[ReviewBody, view.Review]{
		name: "propose_review", status: http.StatusCreated,
		build: func(x *call, _ string, body *ReviewBody) (book.Command, error) {
			c := &book.ProposeReview{Party: required[id.Party](x.fields, "party", body.Party), Grade: uint8(body.Grade), Until: x.date("until", body.Until)}
			if body.Grade < 1 || body.Grade > credit.GradeMax {
				x.bad("grade", "", "is 1 to %d", credit.GradeMax)
			}
			reasons := x.text("reasons", body.Reasons, 20_000)
			var err error
			c.File, err = x.keep(intake.KindReason, reasons)
			return c, err
		},
		show: shown(func(_ *book.ProposeReview, a *engine.Answer) id.Review {
			return event[*book.ReviewProposed](a).Review.ID
		}, (*view.View).Review),
	})
	register(s, act[nothing, view.Review]{
		name: "approve_review", addressed: "review", status: http.StatusOK,
		build: func(x *call, of string, _ *nothing) (book.Command, error) {
			review, _, err := addressed(x, of, (*view.View).Review)
			return &book.ApproveReview{Review: review}, err
		},
		show: shown(func(c *book.ApproveReview, _ *engine.Answer) id.Review { return c.Review }, (*view.View).Review),
	})
}
