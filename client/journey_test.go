package client_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"millrace/book"
	"millrace/client"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/api"
	"millrace/edge/intake"
	"millrace/edge/view"
	"millrace/edge/webhook"
	"millrace/engine"
	"millrace/engine/delivery"
	"millrace/lab/load"
	"millrace/products"
)

const today, later = "2026-11-02", "2027-10-01"

// node is a real node behind a real port, with its operator's first key and a sender of webhooks.
type node struct {
	*testing.T
	url      string
	maker    *client.Client
	dispatch *webhook.Dispatcher
}

func newNode(t *testing.T) *node {
	t.Helper()
	ctx := context.Background()
	e, err := engine.Open(load.Options(""))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(ctx) })
	log, err := delivery.Open("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	keep := intake.New(e.Vault())
	stored := func(kind, text string) party.Reference {
		ref, err := keep.Store(ctx, kind, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return ref
	}
	secret, hash, err := access.NewSecret(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	date, _ := calendar.Parse(today)
	if _, err := load.SubmitTo(ctx, e)(0, "", &book.Found{
		Operator: stored(intake.KindProfile, `{"name":"Mühlwehr Plattform AG"}`), Country: "DE", Tokens: []party.Token{{1}}, Actor: stored(intake.KindActor, "Ada Lenz"),
		KeyName: "first", KeyHash: hash, Date: date,
	}); err != nil {
		t.Fatal(err)
	}
	reader := view.New(e)
	handler := api.New(api.Options{Engine: e, Access: access.New(e), Reader: reader, Intake: keep, Deliveries: log, Reach: webhook.Private})
	server := httptest.NewServer(handler)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return &node{T: t, url: server.URL, maker: client.New(server.URL, secret), dispatch: &webhook.Dispatcher{
		Engine: e, Reader: reader, Log: log, Records: handler.Record, Actor: id.Make[id.Actor](1, 1), Reach: webhook.Private,
	}}
}

// must gives a result, or ends the test where there is an error.
func must[T any](result T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return result
	}
}

// company is a party of the examples, with somebody who acts for it, by a key of the API and a key to sign with.
type company struct {
	id, name, iban string
	actor          string
	client         *client.Client
	signingKey     string
	private        ed25519.PrivateKey
}

// onboard registers a party, an actor of it and the actor's key.
func (n *node) onboard(key, role string, roles ...string) *company {
	n.Helper()
	text, err := os.ReadFile(filepath.Join("..", "examples", "cast.json"))
	if err != nil {
		n.Fatal(err)
	}
	var cast struct {
		Parties []struct{ Key, Name, Country, Street, City, LEI, VAT, GLN, IBAN string }
	}
	if err := json.Unmarshal(text, &cast); err != nil {
		n.Fatal(err)
	}
	ctx := n.Context()
	for _, p := range cast.Parties {
		if p.Key != key {
			continue
		}
		identifiers := slices.DeleteFunc([]client.Identifier{{Scheme: "LEI", Value: p.LEI}, {Scheme: "VAT", Value: p.VAT}, {Scheme: "GLN", Value: p.GLN}},
			func(i client.Identifier) bool { return i.Value == "" })
		registered := must(n.maker.RegisterParty(ctx, &client.PartyRequest{
			Name: p.Name, Country: p.Country, Street: p.Street, City: p.City, Roles: roles, Identifiers: identifiers,
		}))(n.T).Record
		c := &company{id: registered.ID, name: p.Name, iban: p.IBAN}
		n.actorOf(c, role)
		return c
	}
	n.Fatalf("%s is not in the cast", key)
	return nil
}

func (n *node) actorOf(c *company, role string) {
	n.Helper()
	ctx := n.Context()
	c.actor = must(n.maker.RegisterActor(ctx, &client.ActorRequest{Party: c.id, Role: role, Name: "Integration of " + c.name}))(n.T).Record.ID
	c.client = client.New(n.url, must(n.maker.AddKey(ctx, c.actor, &client.KeyRequest{Name: "erp"}))(n.T).Record.Secret)
}

func eur(text string) client.AmountRequest { return client.AmountRequest{Text: text, Currency: "EUR"} }

// enrol gives a company a key to sign with, and a mandate that has no bounds to speak of; the operator's second person approves both.
func (n *node) enrol(c *company, checker *client.Client) {
	n.Helper()
	ctx := n.Context()
	seed := sha256.Sum256([]byte(c.name))
	c.private = ed25519.NewKeyFromSeed(seed[:])
	ask := client.SigningKeyRequest{Party: c.id, Signatory: c.actor, Public: hex.EncodeToString(c.private.Public().(ed25519.PublicKey))}
	proof := must(c.client.Sign(ctx, "propose_signing_key", "", ask, "", c.private))(n.T)
	ask.Proof = proof.Signature
	c.signingKey = must(c.client.ProposeSigningKey(ctx, &ask))(n.T).Record.ID
	must(checker.ApproveSigningKey(ctx, c.signingKey))(n.T)
	mandate := must(c.client.ProposeMandate(ctx, c.signingKey, &client.MandateRequest{
		Acts: []string{"confirm", "agree", "acknowledge", "dispose", "accept"}, AloneMax: eur("10000000.00"), AmountMax: eur("10000000.00"), From: today, Until: later,
	}))(n.T).Record.ID
	must(checker.ApproveMandate(ctx, mandate))(n.T)
}

// agree has an agreement drafted and signed by both of its parties.
func (n *node) agree(checker *client.Client, kind string, one *company, oneAs string, two *company, twoAs string) {
	n.Helper()
	ctx := n.Context()
	template := must(n.maker.ProposeTemplate(ctx, &client.TemplateRequest{Kind: kind, Law: "DE", Name: kind + " " + one.name, Text: "1. What is agreed."}))(n.T).Record.ID
	must(checker.ApproveTemplate(ctx, template))(n.T)
	agreement := must(n.maker.DraftAgreement(ctx, &client.AgreementRequest{
		Template: template, Terms: "As the template says.", Amount: eur("0.00"), Effective: today,
		Parties: []client.SignatoryRequest{{Party: one.id, Role: oneAs}, {Party: two.id, Role: twoAs}},
	}))(n.T).Record.ID
	for _, c := range []*company{one, two} {
		body := client.AgreementSignaturesRequest{Party: c.id}
		signature := must(c.client.Sign(ctx, "sign_agreement", agreement, map[string]string{"party": c.id}, c.signingKey, c.private))(n.T)
		body.Signatures = []client.SignatureRequest{signature}
		must(c.client.SignAgreement(ctx, agreement, &body))(n.T)
	}
}

// programme has payables finance agreed round an anchor: product, programme, reviews, limits, the funder's money.
func (n *node) programme(checker *client.Client, anchor, seller, custodian, funder *company) string {
	n.Helper()
	ctx := n.Context()
	file, _ := products.File("payables-finance")
	product := must(n.maker.ProposeProduct(ctx, &client.ProductRequest{File: string(file)}))(n.T).Record.ID
	must(checker.ApproveProduct(ctx, product))(n.T)
	above := eur("1000000.00")
	programme := must(n.maker.ProposeProgramme(ctx, &client.ProgrammeRequest{
		Product: product, Anchor: anchor.id, Custodian: custodian.id, Currency: "EUR", Calendar: "TARGET", ReferAbove: &above, ApproveAbove: &above,
		Funders: []client.FunderRequest{{Party: funder.id, Priority: 1, Rate: "4.8"}},
	}))(n.T).Record.ID
	must(checker.ApproveProgramme(ctx, programme))(n.T)
	for _, c := range []*company{anchor, seller} {
		review := must(n.maker.ProposeReview(ctx, &client.ReviewRequest{Party: c.id, Grade: 2, Until: later, Reasons: "Sound accounts."}))(n.T).Record.ID
		must(checker.ApproveReview(ctx, review))(n.T)
	}
	for kind, of := range map[string]string{"buyer": anchor.id, "programme": "", "funder": funder.id, "seller": seller.id} {
		limit := must(n.maker.ProposeLimit(ctx, &client.LimitRequest{Kind: kind, Programme: programme, Party: of, Amount: eur("5000000.00"), Expires: later}))(n.T).Record.ID
		must(checker.ApproveLimit(ctx, limit))(n.T)
	}
	must(custodian.client.RecordReceipt(ctx, &client.ReceiptRequest{
		Programme: programme, Funder: funder.id, Reference: "deposit", Amount: eur("5000000.00"), Value: today, Booking: today,
	}))(n.T)
	return programme
}

// inbox receives webhooks and verifies each.
type inbox struct {
	mutex    sync.Mutex
	secrets  []string
	messages []client.Message
	refused  []error
}

func (i *inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	i.mutex.Lock()
	defer i.mutex.Unlock()
	m, err := client.ReceiveWebhook(r, i.secrets...)
	if err != nil {
		i.refused = append(i.refused, err)
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	i.messages = append(i.messages, *m)
}

func TestABanksFirstDay(t *testing.T) {
	n, ctx := newNode(t), t.Context()
	me := must(n.maker.Whoami(ctx))(t)
	operator := &company{id: me.Party.ID, name: "operator", actor: me.Actor, client: n.maker}
	second := &company{id: me.Party.ID, name: "second person"}
	n.actorOf(second, "operator")
	checker := second.client

	anchor, seller := n.onboard("havelmark", "buyer", "anchor", "buyer"), n.onboard("rottmuehl", "seller", "seller", "buyer")
	funder, custodian := n.onboard("ellernberg", "funder", "funder"), n.onboard("muehlgraben", "bank", "custodian")
	for _, c := range []*company{operator, anchor, seller, funder} {
		n.enrol(c, checker)
	}
	programme := n.programme(checker, anchor, seller, custodian, funder)
	n.agree(checker, "anchor_accession", anchor, "anchor", operator, "operator")
	n.agree(checker, "receivables_purchase", seller, "seller", funder, "funder")
	n.agree(checker, "payment_undertaking", anchor, "anchor", funder, "funder")
	notice := must(n.maker.DraftNotice(ctx, &client.NoticeRequest{
		Kind: "assignment", Seller: seller.id, Funder: funder.id, Programme: programme, Law: "DE", Holder: "Collection account", IBAN: "DE02999100400041270018",
	}))(t).Record.ID
	must(n.maker.AdvanceNotice(ctx, notice, &client.NoticeStepRequest{State: "served", Date: today, Method: "courier", Proof: "Receipt of the courier"}))(t)
	account := must(seller.client.ProposeBankAccount(ctx, seller.id, &client.BankAccountRequest{Currency: "EUR", Holder: seller.name, IBAN: seller.iban}))(t).Record.ID
	must(checker.VerifyBankAccount(ctx, account, nil))(t)

	received := &inbox{}
	receiver := httptest.NewServer(received)
	defer receiver.Close()
	hook := must(seller.client.OpenWebhook(ctx, &client.WebhookRequest{URL: receiver.URL, Description: "ERP"}))(t).Record
	received.secrets = []string{hook.Secret}

	// The documents of a trade, as files.
	var receivable client.Receivable
	files, err := filepath.Glob(filepath.Join("..", "examples", "trade", "01-castings", "*.xml"))
	if err != nil || len(files) != 5 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		kept := must(n.maker.RecordDocument(ctx, "application/xml", text, &client.RecordDocumentQuery{File: filepath.Base(name)}))(t).Record
		for _, receivable = range kept.Receivables {
		}
	}
	if receivable.ID == "" || receivable.Seller.ID != seller.id || receivable.Buyer.ID != anchor.id {
		t.Fatalf("the documents make no receivable: %+v", receivable)
	}

	// The buyer confirms by its signature; without it, the refusal is typed.
	confirmation := client.ConfirmationRequest{Undertaking: "irrevocable", Amount: eur(receivable.Outstanding.Text)}
	if _, err := anchor.client.Confirm(ctx, receivable.ID, &confirmation); client.Code(err) != "signature_missing" {
		t.Fatalf("without a signature: %v", err)
	}
	signature := must(anchor.client.Sign(ctx, "confirm", receivable.ID, confirmation, anchor.signingKey, anchor.private))(t)
	confirmation.Signatures = []client.SignatureRequest{signature}
	must(anchor.client.Confirm(ctx, receivable.ID, &confirmation))(t)

	// The seller asks for a price and takes it; the money leaves.
	ask := client.QuoteRequest{Receivable: receivable.ID, Programme: programme, Payee: account}
	financing := must(seller.client.RequestQuote(ctx, &ask, client.IdempotencyKey("quote-1")))(t)
	if again := must(seller.client.RequestQuote(ctx, &ask, client.IdempotencyKey("quote-1")))(t); !again.Entry.Repeated || again.Record.ID != financing.Record.ID {
		t.Errorf("asked twice under one key: %+v", again)
	}
	of := financing.Record.ID
	must(seller.client.AcceptQuote(ctx, of, nil))(t)
	must(n.maker.Disburse(ctx, of))(t)
	payments := 0
	for payment, err := range custodian.client.AllPayments(ctx, &client.ListPaymentsQuery{Limit: 1}) {
		if err != nil {
			t.Fatal(err)
		}
		payments++
		must(custodian.client.RecordOutcome(ctx, payment.ID, &client.OutcomeRequest{State: "executed", Reference: "bank 1", Value: today}))(t)
	}
	paid := must(seller.client.GetFinancing(ctx, of))(t)
	if payments != 1 || paid.State != "outstanding" {
		t.Fatalf("%d payments, the financing is %s", payments, paid.State)
	}
	if original := must(seller.client.GetOriginal(ctx, receivable.Document))(t); !bytes.Contains(original, []byte("<")) {
		t.Error("the original is no document")
	}

	// All of it has reached the seller's own system, signed; and the same can be had by asking.
	if err := n.dispatch.Round(ctx); err != nil {
		t.Fatal(err)
	}
	if len(received.refused) > 0 {
		t.Fatalf("%d messages did not verify: %v", len(received.refused), received.refused[0])
	}
	var types []string
	for _, m := range received.messages {
		types = append(types, m.Type)
	}
	rest := types
	for _, want := range []string{"receivable.opened", "receivable.confirmed", "financing.opened", "financing.accepted", "payment.opened", "payment.moved", "financing.moved"} {
		at := slices.Index(rest, want)
		if at < 0 {
			t.Fatalf("%s does not come in its order: %v", want, types)
		}
		rest = rest[at+1:]
	}
	var record client.Financing
	last := received.messages[len(received.messages)-1]
	if err := json.Unmarshal(last.Data.Record, &record); err != nil || record.ID != of || last.Data.State != "outstanding" || last.Data.Path != "/v1/financings/"+of {
		t.Errorf("the last message is %+v: %v", last, err)
	}
	var asked []string
	for m, err := range seller.client.EventsSince(ctx, "") {
		if err != nil {
			t.Fatal(err)
		}
		if m.Sequence > hook.Opened {
			asked = append(asked, m.ID)
		}
	}
	if !slices.EqualFunc(asked, received.messages, func(id string, m client.Message) bool { return id == m.ID }) {
		t.Errorf("by asking there are %d messages, by webhook %d", len(asked), len(received.messages))
	}
	if log := must(seller.client.ListDeliveries(ctx, hook.ID, nil))(t); len(log.Items) == 0 || !log.Items[0].Taken || log.Tries != 0 {
		t.Errorf("%+v", log)
	}
}
