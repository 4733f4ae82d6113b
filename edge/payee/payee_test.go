package payee_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/intake"
	"millrace/edge/payee"
	"millrace/edge/payee/sandbox"
	"millrace/engine"
	"millrace/lab/load"
)

const iban = "DE89370400440532013000"

// office is a node with a clerk and the scheme that it asks. Its clock stands until it is moved.
type office struct {
	t      *testing.T
	engine *engine.Engine
	world  *load.World
	submit load.Submit
	scheme *sandbox.Scheme
	now    time.Time
	intake *intake.Intake
	clerk  *payee.Clerk
	seller id.Party
}

func newOffice(t *testing.T) *office {
	t.Helper()
	e, err := engine.Open(load.Options(""))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(context.Background()) })
	o := &office{t: t, engine: e, now: time.Unix(1_790_000_000, 0), submit: load.SubmitTo(t.Context(), e), scheme: sandbox.New(), intake: intake.New(e.Vault())}
	if o.world, err = load.NewWorld(o.submit, 1); err != nil {
		t.Fatal(err)
	}
	o.open()
	profile := intake.Profile{Name: "Gießerei Rottmühl GmbH", Country: "DE"}
	kept, err := o.intake.StoreProfile(t.Context(), profile)
	if err != nil {
		t.Fatal(err)
	}
	o.seller = o.give(o.world.Maker, &book.RegisterParty{
		Roles: party.Seller, Country: "DE", Profile: kept, Tokens: o.intake.PartyTokens(profile),
	})[0].(*book.PartyRegistered).Party.ID
	return o
}

// open sits a new clerk down, as after a restart.
func (o *office) open() {
	o.t.Helper()
	var err error
	o.clerk, err = payee.New(payee.Options{Engine: o.engine, Adapter: o.scheme, Actor: o.world.Maker, Now: func() time.Time { return o.now }})
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) give(actor id.Actor, c book.Command) []book.Event {
	o.t.Helper()
	events, err := o.submit(actor, "", c)
	if err != nil {
		o.t.Fatalf("%T: %v", c, err)
	}
	return events
}

// propose names an account under another holder's name than the party's.
func (o *office) propose(number string) id.BankAccount {
	o.t.Helper()
	details := intake.BankDetails{IBAN: number, Holder: "Anybody Ltd"}
	kept, err := o.intake.Store(o.t.Context(), intake.KindAccount, []byte(`{"iban":"`+number+`","holder":"Anybody Ltd"}`))
	if err != nil {
		o.t.Fatal(err)
	}
	return o.give(o.world.Checker, &book.ProposeBankAccount{
		Party: o.seller, Currency: o.world.Currency, Token: o.intake.AccountToken(details), Details: kept,
	})[0].(*book.BankAccountProposed).Account.ID
}

func (o *office) round() {
	o.t.Helper()
	if err := o.clerk.Round(o.t.Context()); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) account(of id.BankAccount) party.BankAccount {
	o.t.Helper()
	v, err := o.engine.Read(o.t.Context(), o.engine.Head().Sequence)
	if err != nil {
		o.t.Fatal(err)
	}
	defer v.Close()
	var stored []byte
	if err := v.Tx.QueryRowContext(o.t.Context(), "SELECT record FROM bank_account WHERE number = ?", int64(of.Number())).Scan(&stored); err != nil {
		o.t.Fatal(err)
	}
	var a party.BankAccount
	if err := book.DecodeRecord(stored, &a); err != nil {
		o.t.Fatal(err)
	}
	return a
}

func TestTheBankIsAskedUnderTheRegisteredName(t *testing.T) {
	for _, test := range []struct {
		holder   string
		discreet bool
		result   party.NameResult
	}{
		{"GIESSEREI ROTTMUEHL GMBH", false, party.NameMatch}, {"GIESSEREI ROTTMUEHL GMBH", true, party.NameMatch},
		{"Gießerei Rottmühl AG", false, party.NameClose}, {"Gießerei Rottmühl AG", true, party.NameClose},
		{"Anybody Ltd", false, party.NameNoMatch}, {"Anybody Ltd", true, party.NameNoMatch}, {"", false, party.NameNotPossible},
	} {
		o := newOffice(t)
		if test.holder != "" {
			o.scheme.Keep(iban, test.holder)
		}
		if test.discreet {
			o.scheme.Discreet(iban)
		}
		a := o.propose(iban)
		o.round()
		if got := o.account(a).Name; got.Result != test.result || got.Answer == (party.Token{}) || got.Actor != o.world.Maker {
			t.Errorf("%s: %+v", test.holder, got)
		}
		o.round()
		o.open()
		o.round()
		if asked := o.scheme.Asked(); asked != 2 { // the world's own account has no details, so it is not asked about
			if asked != 1 {
				t.Errorf("asked %d times", asked)
			}
		}
	}
}

func TestWhatFailsIsTriedAgainLater(t *testing.T) {
	o := newOffice(t)
	o.scheme.Keep(iban, "Gießerei Rottmühl GmbH")
	a := o.propose(iban)
	o.scheme.Fail(sandbox.Before, sandbox.After)
	for _, step := range []struct {
		wait  time.Duration
		asked int
	}{{0, 1}, {0, 1}, {time.Minute, 2}, {time.Minute, 2}, {time.Minute, 3}, {time.Hour, 3}} {
		o.now = o.now.Add(step.wait)
		o.round()
		if got := o.scheme.Asked(); got != step.asked {
			t.Errorf("after %s asked %d times, not %d", step.wait, got, step.asked)
		}
	}
	if got := o.account(a).Name.Result; got != party.NameMatch {
		t.Error(got)
	}
}

func TestAMicroDepositIsSentOnceAndToldBack(t *testing.T) {
	for _, failure := range []sandbox.Failure{sandbox.None, sandbox.Before, sandbox.After} {
		o := newOffice(t)
		a := o.propose(iban)
		o.round() // not possible to say
		drawn, err := payee.Draw(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		secret, err := o.intake.Store(t.Context(), intake.KindDeposit, stored(drawn))
		if err != nil {
			t.Fatal(err)
		}
		o.give(o.world.Maker, &book.OrderMicroDeposit{Account: a, Expected: o.intake.DepositToken(a, drawn), Secret: secret, Until: o.world.Today.AddDays(5)})
		o.scheme.Fail(failure)
		o.round()
		o.now = o.now.Add(time.Hour)
		o.round()
		o.open()
		o.round()
		sent := o.scheme.Deposits(iban)
		if len(sent) != 1 || sent[0].Amount != drawn.Amount || sent[0].Text != "CODE "+drawn.Code {
			t.Fatalf("%+v", sent)
		}
		told := intake.MicroDeposit{Amount: sent[0].Amount, Code: strings.ToLower(strings.TrimPrefix(sent[0].Text, "CODE "))}
		o.give(o.world.Maker, &book.AnswerMicroDeposit{Account: a, Answer: o.intake.DepositToken(a, told)})
		if got := o.account(a).Deposit; got.State != party.DepositConfirmed {
			t.Errorf("%+v", got)
		}
		o.give(o.third(), &book.VerifyBankAccount{Account: a})
		if got := o.account(a).Ground; got != party.ByDeposit {
			t.Error(got)
		}
	}
}

// third is one who has neither proposed nor brought anything.
func (o *office) third() id.Actor {
	return o.give(o.world.Maker, &book.RegisterActor{Party: o.world.Operator, Role: party.Operator})[0].(*book.ActorRegistered).Actor.ID
}

func stored(d intake.MicroDeposit) []byte {
	return fmt.Appendf(nil, `{"amount":%d,"code":%q}`, d.Amount, d.Code)
}

func TestTheMoreCarefulAnswerCounts(t *testing.T) {
	q := payee.Question{Name: "Muster GmbH"}
	for _, test := range []struct {
		answer payee.Answer
		want   party.NameResult
		score  int32
	}{
		{payee.Answer{}, party.NameNotPossible, 0},
		{payee.Answer{Result: party.NameMatch}, party.NameMatch, 1_000_000},
		{payee.Answer{Result: party.NameMatch, Holder: "Muster AG"}, party.NameClose, 900_000},
		{payee.Answer{Result: party.NameNoMatch, Holder: "Muster GmbH"}, party.NameNoMatch, 1_000_000},
		{payee.Answer{Result: party.NameClose, Holder: "…"}, party.NameClose, 0},
		{payee.Answer{Holder: "Muster G.m.b.H."}, party.NameMatch, 1_000_000},
	} {
		if got, score := payee.Judge(q, test.answer); got != test.want || score != test.score {
			t.Errorf("%+v: %s %d", test.answer, got, score)
		}
	}
}

func TestDrawing(t *testing.T) {
	if d, err := payee.Draw(bytes.NewReader(append(slices.Repeat([]byte{250}, 9), []byte{0, 1, 2, 3, 4, 5, 6, 255, 98}...))); err != nil || d.Amount != 99 || d.Code != "2345678Z" {
		t.Error(d, err)
	}
	if _, err := payee.Draw(bytes.NewReader(nil)); err == nil {
		t.Error("drawn from nothing")
	}
	if _, err := payee.New(payee.Options{}); err == nil || errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
