// Package console shows a node to people: pages that the server renders. Every page is a query at a stated watermark, and
// shows a caller what the API would show it and nothing else. What people give by it is in the table of deeds: a form of
// terms, the statement that follows from them, a signature. Only those pages load a script, which signs in the browser with
// a key file that stays there, and those on which a passkey is shown; everything else works without.
//
// Routes are in one table, pages.go and its neighbours gather what a page shows, templates/ holds the markup, words.go
// says in sentences what codes mean.
package console

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"millrace/book"
	"millrace/edge/access"
	"millrace/edge/authorisation"
	"millrace/edge/intake"
	"millrace/edge/locale"
	"millrace/edge/problem"
	"millrace/edge/signin"
	"millrace/edge/view"
	"millrace/edge/webhook"
	"millrace/engine"
	"millrace/engine/delivery"
	"millrace/engine/people"
)

// Options are what a console stands on. A nil logger is slog.Default().
type Options struct {
	Engine  *engine.Engine
	Reader  *view.Reader
	Access  *access.Access
	Intake  *intake.Intake
	Logger  *slog.Logger
	Closing <-chan struct{} // closed when the server wants to end: streams end then; nil where it waits for nobody
	// Deliveries is the log of what is sent to webhooks; nil is one in memory.
	Deliveries *delivery.Log
	// Reach says to which addresses webhooks may lead.
	Reach webhook.Reach
	// Policies say who may do what; nil are those of the program.
	Policies *authorisation.Policies
	Node     Node  // the process; nil where nothing is known of it
	Stage    Stage // of a demo; nil on a node that is none
	// Desk is where people sign in; nil is one in memory, where nobody has access.
	Desk *signin.Desk
	// Proxies are those whose word is taken about where a request comes from.
	Proxies []netip.Prefix
	// Secure says that people reach the node over TLS, also where a proxy ends it.
	Secure bool
}

// Console serves the pages.
type Console struct {
	engine  *engine.Engine
	reader  *view.Reader
	access  *access.Access
	intake  *intake.Intake
	guard   *authorisation.Guard
	desk    *signin.Desk
	proxies []netip.Prefix
	secure  bool
	stage   Stage
	node    Node
	secret  [32]byte // by which forms are bound to sessions; another one after a restart
	logger  *slog.Logger
	mux     *http.ServeMux

	exports chan struct{} // one for each list that is being written
	streams *streams
	closing <-chan struct{}

	deliveries *delivery.Log
	reach      webhook.Reach
	shown      newSecrets
}

// querySpan is how long the queries of one page may take.
const querySpan = 20 * time.Second

// New serves the console of a node: pages under "/", and what they load under "/assets/". People sign in at the desk, machines with
// the key of an actor; on a node without either they need not.
func New(o Options) http.Handler {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	c := &Console{
		engine: o.Engine, reader: o.Reader, access: o.Access, intake: o.Intake, desk: o.Desk, proxies: o.Proxies, secure: o.Secure, logger: o.Logger, mux: http.NewServeMux(),
		exports: make(chan struct{}, exportsMost), streams: newStreams(), closing: o.Closing,
		deliveries: o.Deliveries, reach: o.Reach, stage: o.Stage, node: o.Node,
	}
	if c.deliveries == nil {
		log, err := delivery.Open("")
		if err != nil {
			panic(fmt.Sprintf("console: a log in memory: %v", err))
		}
		c.deliveries = log
	}
	if c.desk == nil {
		c.desk = newDesk()
	}
	c.guard = newGuard(o.Policies, c.logger)
	templates[locale.English]()
	// It never fails: a system without randomness ends the program.
	_, _ = rand.Read(c.secret[:])
	all := guardedRoutes()
	for _, route := range c.stageRoutes() {
		all = append(all, guarded{route, actionOf(route.pattern)})
	}
	for _, route := range all {
		c.mux.HandleFunc(route.pattern, func(w http.ResponseWriter, r *http.Request) { c.serve(w, r, route) })
	}
	for pattern, handler := range c.publicRoutes() {
		c.public(pattern, handler)
	}
	return c.protect(c.mux)
}

// publicRoutes are for everybody.
func (c *Console) publicRoutes() map[string]http.HandlerFunc {
	all := map[string]http.HandlerFunc{"GET /assets/{name}": serveAsset, "GET /live": c.live, "POST /language": c.chooseLanguage}
	for pattern, serve := range signInRoutes {
		all[pattern] = func(w http.ResponseWriter, r *http.Request) { serve(c, w, r) }
	}
	return all
}

// newDesk is one in memory. It fails only where the system is broken.
func newDesk() *signin.Desk {
	store, err := people.Open("")
	if err != nil {
		panic(err)
	}
	desk, err := signin.New(signin.Options{Store: store})
	if err != nil {
		panic(err)
	}
	return desk
}

// route is one page. Who may ask for it is the business of the policies of package authorisation; what it shows is decided
// record by record in package view.
type route struct {
	pattern  string
	place    string // entry of the navigation that is marked; "" for none
	template string
	show     func(*visit) (any, error)
}

var routes = []route{
	{"GET /{$}", "/", "", showFront},
	{"GET /receivables", "/receivables", "receivables", showReceivables},
	{"GET /receivables/{id}", "/receivables", "receivable", showReceivable},
	{"GET /trades/{id}", "/receivables", "trade", showTrade},
	{"GET /documents", "/documents", "documents", showDocuments},
	{"GET /documents/{id}", "/documents", "document", showDocument},
	{"GET /documents/{id}/original", "/documents", "", showOriginal},
	{"GET /certificates", "/certificates", "certificates", showCertificates},
	{"GET /certificates/{id}", "/certificates", "certificate", showCertificate},
	{"GET /documents/{id}/companions/{n}", "/documents", "", showCompanion},
	{"GET /financings", "/financings", "financings", showFinancings},
	{"GET /lines", "/lines", "lines", showLines},
	{"GET /lines/{id}", "/lines", "line", showLine},
	{"GET /financings/{id}", "/financings", "financing", showFinancing},
	{"GET /notices/{id}/letter", "/financings", "", showLetter},
	{"GET /payments", "/payments", "payments", showPayments},
	{"GET /payments/{id}", "/payments", "payment", showPayment},
	{"GET /receipts", "/receipts", "receipts", showReceipts},
	{"GET /receipts/{id}", "/receipts", "receipt", showReceipt},
	{"GET /accounts", "/accounts", "accounts", showAccounts},
	{"GET /accounts/{id}", "/accounts", "account", showAccount},
	{"GET /supervised", "/supervised", "supervised", showSupervised},
	{"GET /supervised/{id}", "/supervised", "supervised-account", showSupervisedAccount},
	{"GET /parties", "/parties", "parties", showParties},
	{"GET /parties/{id}", "/parties", "party", showParty},
	{"GET /parties/{id}/statement", "/parties", "", showStatement},
	{"GET /certificates/{id}/paper", "/certificates", "", showCertificatePaper},
	{"GET /journal", "/journal", "journal", showJournal},
	{"GET /journal/{sequence}", "/journal", "entry", showEntry},
	{"GET /search", "", "search", showSearch},
	{"GET /help", "", "help", showHelp},
	{"GET /desk/{desk}", "", "", showDesk},
	{"GET /confirmations", "/confirmations", "confirmations", showConfirmations},
	{"GET /holdings", "/holdings", "holdings", showHoldings},
	{"GET /offers", "/holdings", "offers", showOffers},
	{"GET /programmes", "/programmes", "programmes", showProgrammes},
	{"GET /programmes/{id}", "/programmes", "programme", showProgramme},
	{"GET /reports", "/reports", "reports", showReports},
	{"GET /reports/trial-balance", "/reports", "", showTrialBalanceFile},
	{"GET /reports/ageing", "/reports", "", showAgeingFile},
	{"GET /reports/general-ledger", "/reports", "", showGeneralLedgerFile},
	{"GET /reports/supplier-finance", "/reports", "", showSupplierFinanceFile},
	{"GET /reports/expected-loss", "/reports", "", showExpectedLossFile},
	{"GET /reports/income", "/reports", "", showIncomeFile},
	{"GET /reports/bills", "/reports", "", showBilledFile},
	{"GET /bills", "/bills", "bills", showBills},
	{"GET /bills/{id}", "/bills", "bill", showBill},
	{"GET /need", "/need", "need", showNeed},
	{"POST /need", "/need", "need", giveNeed},
	{"GET /auctions", "/auctions", "auctions", showAuctions},
	{"GET /auctions/{id}", "/auctions", "auction", showAuction},
	{"GET /auctions/{id}/sheet", "/auctions", "", showAuctionSheet},
	{"GET /stock", "/stock", "stock", showStock},
	{"GET /stock/{id}", "/stock", "stored", showStored},
	{"GET /limits", "/limits", "limits", showLimits},
	{"GET /portfolio", "/portfolio", "portfolio", showPortfolio},
	{"GET /network", "/network", "network", showNetwork},
	{"GET /bases", "/bases", "bases", showBases},
	{"GET /bases/{id}", "/bases", "base", showBase},
	{"GET /money-rules", "/money-rules", "money-rules", showMoneyRules},
	{"GET /placements/{id}", "/financings", "placement", showPlacement},
	{"GET /early", "/early", "early", showEarly},
	{"GET /breaks", "/breaks", "breaks", showBreaks},
	{"GET /breaks/{id}", "/breaks", "break", showBreak},
	{"GET /referrals", "/referrals", "referrals", showReferrals},
	{"GET /referrals/{id}", "/referrals", "referral", showReferral},
	{"GET /decisions", "/decisions", "decisions", showDecisions},
	{"GET /decisions/{id}", "/decisions", "decision", showDecision},
	{"GET /applications", "/applications", "applications", showApplications},
	{"GET /applications/{id}", "/applications", "application", showApplication},
	{"GET /reviews", "/reviews", "reviews", showReviews},
	{"GET /reviews/{id}", "/reviews", "review", showReview},
	{"GET /watch-list", "/watch-list", "watch-list", showWatchList},
	{"GET /onboarding", "/onboarding", "files", showFiles},
	{"GET /onboarding/{id}", "/onboarding", "file", showFile},
	{"GET /onboarding/{id}/documents/{n}", "/onboarding", "", showFileDocument},
	{"GET /screening", "/screening", "alerts", showAlerts},
	{"GET /screening/{id}", "/screening", "alert", showAlert},
	{"GET /cases", "/cases", "cases", showCases},
	{"GET /cases/{id}", "/cases", "case", showCase},
	{"GET /misdirected", "/misdirected", "misdirected", showMisdirected},
	{"GET /misdirected/{id}", "/misdirected", "strayed", showStrayed},
	{"GET /returns", "/returns", "returns", showReturns},
	{"GET /returns/{id}", "/returns", "return", showReturn},
	{"GET /set-off", "/set-off", "set-offs", showSetOffs},
	{"GET /set-off/{id}", "/set-off", "set-off", showSetOff},
	{"GET /set-off/{id}/certificate", "/set-off", "", showSetOffCertificate},
	{"GET /set-off/{id}/notice", "/set-off", "", showSetOffNotice},
	{"GET /models", "/models", "models", showModels},
	{"GET /models/{id}", "/models", "model", showModel},
	{"GET /sample", "/sample", "sample", showSample},
	{"GET /proof", "/proof", "proof", showProof},
	{"GET /reports/proof-of-funds", "/proof", "", showProofFile},
	{"GET /wallets", "/wallets", "wallets", showWallets},
	{"GET /help/terms", "", "terms", showTerms},
	{"GET /who-may-what", "/who-may-what", "policies", showPolicies},
	{"GET /", "", "", func(*visit) (any, error) { return nil, view.ErrNotFound }},
}

// deeds are the acts that people give here.
var deeds = slices.Concat(confirmationDeeds, holdingDeeds, funderDeeds, payeeDeeds, custodyDeeds, breakDeeds, checkDeeds, referralDeeds, applicationDeeds, analystDeeds, reviewDeeds,
	onboardingDeeds, screeningDeeds, limitDeeds, limitChangeDeeds, recoveryDeeds, returnDeeds, setOffDeeds, setUpDeeds, moneyDeeds, legalDeeds, termsDeeds, noticeDeeds, stockDeeds,
	disputeDeeds, measureDeeds, askingDeeds, suspensionDeeds, registryDeeds, supervisedDeeds,
	auctionDeeds, earlyDeeds, standingDeeds, lineDeeds, drawingDeeds, treasuryDeeds, periodEndDeeds, relianceDeeds)

// formRoutes are pages with forms of their own, and those of what they put on record.
var formRoutes = slices.Concat(legalRoutes, uploadRoutes, productRoutes, statementRoutes, stepRoutes, togetherRoutes, measureRoutes, registryRoutes, standingRoutes,
	periodEndRoutes, listRoutes)

// guarded is a route with the action by which the policies know it.
type guarded struct {
	route
	action string
}

// guardedRoutes are all routes for people who are signed in: pages, the pages of the deeds, the files of their statements, and
// where their forms are sent.
func guardedRoutes() []guarded {
	var all []guarded
	for _, r := range slices.Concat(routes, accessRoutes, keyRoutes, peopleRoutes, formRoutes) {
		all = append(all, guarded{r, actionOf(r.pattern)})
	}
	for i := range deeds {
		d := &deeds[i]
		action := "deed " + d.path
		all = append(all, guarded{route{"GET " + d.path, d.place, "deed", d.show}, action}, guarded{route{"POST " + d.path, d.place, "deed", d.give}, action},
			guarded{route{"GET " + d.path + "/statement", d.place, "", d.statementFile}, action})
	}
	return all
}

// visit is one request for one page, and what it may see.
type visit struct {
	*view.View
	console *Console
	request *http.Request
	caller  access.Caller
	session *people.Session // nil where nobody has signed in
	w       wording         // in the caller's language

	exporting bool   // the whole list is wanted, in large parts
	from      string // cursor of the part that is wanted; "" for the one that the address asks for

	action string       // by which the policies know the page
	record *view.Traits // which the address names; nil for none

	events   []book.Event // of what the visit has ordered
	sequence uint64       // of the last of them; 0 for none
	later    []*view.View // views that include it
}

// close ends the views that a visit has opened besides its own. They were only read.
func (v *visit) close() {
	for _, later := range v.later {
		_ = later.Close()
	}
}

// redirect is returned in place of a page by one that knows better where to look.
type redirect struct{ to string }

// file is returned in place of a page by one that gives bytes to keep.
type file struct {
	name  string
	bytes []byte
}

const (
	// readingPolicy is that of every page on which nothing is signed: no script but the frame's own, which makes no markup of text.
	readingPolicy = "default-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; " +
		"require-trusted-types-for 'script'; trusted-types 'none'"
	// signingPolicy lets a page run the console's own script, and forbids that script every request: the key file that it
	// reads can't leave. What an authenticator has answered leaves by the form of its page.
	signingPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'none'; base-uri 'none'; form-action 'self'; " +
		"frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)

// protect sets the headers that hold for every answer, and turns away what another site's page sends.
func (c *Console) protect(next http.Handler) http.Handler {
	var origin http.CrossOriginProtection
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", readingPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=(), publickey-credentials-get=(self), publickey-credentials-create=(self)")
		h.Set("Cache-Control", "private, no-store")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if r.TLS != nil || c.secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		if err := origin.Check(r); err != nil {
			c.fail(w, r, frame{}, problem.New("role_forbidden", "the request came from a page of another site"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// serve finds the caller, opens a view, and renders the page or what went wrong.
func (c *Console) serve(w http.ResponseWriter, r *http.Request, route guarded) {
	span := querySpan
	if fileFormat(r) != "" || route.isReportFile() {
		span = exportSpan
	}
	ctx, cancel := context.WithTimeout(r.Context(), span)
	defer cancel()
	r = r.WithContext(ctx)
	caller, session, err := c.caller(r)
	switch unknown := errors.Is(err, access.ErrNoKey) || errors.Is(err, access.ErrKeyUnknown); {
	case unknown && c.access.IsOpen():
		err = &problem.Problem{Title: "This node is empty", Status: http.StatusConflict, Code: "book_empty", Detail: "nobody has founded its book: read documents into it, or take over a portfolio"}
	case unknown:
		http.Redirect(w, r, "/sign-in?to="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	var around frame
	if err == nil {
		around, err = c.page(w, r, route, caller, session)
	}
	if err != nil {
		c.fail(w, r, around, err)
	}
}

// page answers with the page. When it returns an error it has written nothing, and gives what stands round the error.
func (c *Console) page(w http.ResponseWriter, r *http.Request, route guarded, caller access.Caller, session *people.Session) (frame, error) {
	v, err := c.reader.Now(r.Context())
	if err != nil {
		return frame{}, err
	}
	// The view is only read: how it ends changes no answer.
	defer func() { _ = v.Close() }()
	visit := &visit{View: v, console: c, request: r, caller: caller, session: session, action: route.action, w: wording{languageOf(r)}}
	defer visit.close()
	around, err := visit.frame(route.place)
	if err != nil {
		return frame{}, err
	}
	if err := visit.admit(); err != nil {
		return around, err
	}
	if format := fileFormat(r); format != "" {
		visit.exporting = true
		return around, c.export(w, visit, route.route, format)
	}
	if route.isReportFile() {
		leave, err := c.writing(w)
		if err != nil {
			return around, err
		}
		defer leave()
	}
	content, err := route.show(visit)
	if err != nil {
		return around, err
	}
	around.Watermark = max(around.Watermark, visit.sequence) // a page that has ordered something shows it
	switch content := content.(type) {
	case chosenEyes:
		http.SetCookie(w, content.cookie)
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return around, nil
	case redirect:
		http.Redirect(w, r, content.to, http.StatusSeeOther)
		return around, nil
	case seat:
		content.serve(w, r)
		return around, nil
	case file:
		return around, content.serve(w)
	case titled:
		around.Title = visit.w.T(content.title())
	case called:
		around.Title = visit.w.Render(content.title())
	}
	if asked, ok := content.(searchPage); ok {
		around.Search = asked.Asked
	}
	around.Content = content
	status := http.StatusOK
	if coded, ok := content.(interface{ status() int }); ok {
		status = coded.status()
	}
	if page, ok := content.(interface{ scripted() bool }); ok && page.scripted() {
		around.Scripted = false
		w.Header().Set("Content-Security-Policy", signingPolicy)
	}
	template := route.template
	if page, ok := content.(interface{ template() string }); ok {
		template = page.template()
	}
	return around, render(w, r, status, template, around)
}

func (f file) serve(w http.ResponseWriter) error {
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", f.name))
	w.Header().Set("Cache-Control", "no-store")
	// The caller may be gone; there is nobody left to tell.
	_, _ = w.Write(f.bytes)
	return nil
}

// fail renders what went wrong and how to mend it.
func (c *Console) fail(w http.ResponseWriter, r *http.Request, around frame, err error) {
	p := translate(err)
	if p.Status >= http.StatusInternalServerError && !errors.Is(err, context.Canceled) {
		c.logger.Error("console", "path", r.URL.Path, "error", err)
	}
	for name, values := range p.GetHeaders() {
		w.Header()[name] = values
	}
	entry, _ := problem.Explain(p.Code)
	around.Title, around.Content = languageOf(r).T(p.Title), failure{Problem: p, Meaning: entry.Meaning}
	if err := render(w, r, p.Status, "failure", around); err != nil {
		c.logger.Error("console", "path", r.URL.Path, "error", err)
		http.Error(w, p.Title, p.Status)
	}
}

// failure is what the error page shows.
type failure struct {
	Problem *problem.Problem
	Meaning string
}

// NotFound tells whether the page is about something that is not there.
func (f failure) NotFound() bool { return f.Problem.Status == http.StatusNotFound }

func translate(err error) *problem.Problem {
	var filter *view.ErrFilter
	switch {
	case errors.Is(err, view.ErrNotFound):
		return problem.New("not_found", "No record of yours has this address.")
	case errors.Is(err, view.ErrCursor):
		return problem.New("cursor_invalid", "The link to this part of the list is not valid; begin again at its first page.")
	case errors.As(err, &filter):
		return problem.At("request_malformed", filter.Filter, "", "This list can't be filtered by "+filter.Filter+".")
	}
	return problem.Of(err)
}

// render writes a page as a whole, so that a template that fails leaves nothing half written.
func render(w http.ResponseWriter, r *http.Request, status int, name string, frame frame) error {
	var page bytes.Buffer
	frame.Lang, frame.Here = languageOf(r), r.URL.RequestURI()
	if err := templates[frame.Lang]()[name].Execute(&page, frame); err != nil {
		return fmt.Errorf("console: %s: %w", name, err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", frame.Lang.Tag)
	h.Set("Cache-Control", "private, no-store")
	send(w, r, status, keptWhole(page.Bytes()))
	return nil
}
