package console

import (
	"cmp"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"time"

	"millrace/book"
	"millrace/domain/allocation"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/view"
)

// auctionDeeds put a seller's invoices up, bid for them sealed, open what was sealed, and end the auction.
var auctionDeeds = []deed{
	{path: "/auctions/new", place: "/auctions", open: openLot, fields: map[string]string{"receivable": "receivables", "auction": "receivables", "amount": "receivables"}},
	{path: "/auctions/{id}/award", place: "/auctions", open: openAward},
	{path: "/auctions/{id}/bid", place: "/auctions", open: openBidding, fields: map[string]string{"bid_repeated": "secret"}},
	{path: "/bids/{id}/opening", place: "/auctions", open: openBid, fields: map[string]string{"commitment_differs": "kept"}},
}

// MayAuction tells whether the caller may put invoices up.
func (f frame) MayAuction() bool { return f.may("deed /auctions/new") }

// More are deeds on the receivable besides those that its page names one by one.
func (p receivablePage) More(f frame) []act {
	var acts []act
	add := func(name, path, deed string, may bool) {
		if may && f.may(deed) {
			acts = append(acts, act{Name: name, Path: path, Plain: true})
		}
	}
	add("Put it up for bids", "/auctions/new?receivable="+p.ID, "deed /auctions/new", p.Quotable(f))
	add("Put it into a pool", "/pools/new?receivable="+p.ID, "deed /pools/new", p.Quotable(f))
	add("Undertake as a bank", "/receivables/"+p.ID+"/undertaking", "deed /receivables/{id}/undertaking", p.Undertakes(f))
	add("Take the confirmation back", "/receivables/"+p.ID+"/withdrawal", "deed /receivables/{id}/withdrawal", p.TakesBack(f))
	return acts
}

// Steps are the deeds that are open to the caller on an auction.
func (p auctionPage) Steps(f frame) []act {
	if p.State != "open" {
		return nil
	}
	var acts []act
	add := func(name, step string, may bool) {
		if may && f.may("deed /auctions/{id}/"+step) {
			acts = append(acts, act{Name: name, Path: "/auctions/" + p.ID + "/" + step, Plain: len(acts) > 0})
		}
	}
	taking := p.now < microsOf(p.Closes)
	add("Bid", "bid", taking && f.Caller.Role == party.Funder)
	add("Award it", "award", !taking && (f.Operates() || f.Home != nil && p.Seller != nil && f.Home.ID == p.Seller.ID))
	add("Withdraw it", "withdrawal", p.Withdrawable(f))
	return acts
}

// Openable tells whether the caller may open a bid of its own now.
func (p auctionPage) Openable(f frame, b view.Bid) bool {
	own := f.Home != nil && b.Bidder != nil && b.Bidder.ID == f.Home.ID
	return own && b.Opened == "" && p.State == "open" && microsOf(p.Closes) <= p.now && p.now < microsOf(p.Reveals) && f.may("deed /bids/{id}/opening")
}

// Sealed tells whether a bid of the caller's waits to be opened.
func (p auctionPage) Sealed(f frame) bool {
	return p.State == "open" && slices.ContainsFunc(p.Own, func(b view.Bid) bool {
		return f.Home != nil && b.Bidder != nil && b.Bidder.ID == f.Home.ID && b.Opened == ""
	})
}

// microsOf is a stamp as pages show it, in microseconds since 1970; 0 for none.
func microsOf(stamp string) int64 {
	at, err := time.Parse(time.RFC3339Nano, stamp)
	if err != nil {
		return 0
	}
	return at.UnixMicro()
}

const minuteForm = "2006-01-02 15:04"

// minute reads a time of day in UTC, as a stamp in microseconds since 1970.
func (i *input) minute() int64 {
	at, err := time.Parse(minuteForm, i.Value)
	if err != nil {
		i.bad("Write day and time in UTC like 2026-11-22 17:00.")
		return 0
	}
	return at.UnixMicro()
}

// receivables reads the ids of at least so many receivables, one after another.
func (i *input) receivables(least int) []id.Receivable { return idsIn[id.Receivable](i, least) }

// anyID is the identity of a record of some kind.
type anyID interface {
	~uint64
	Prefix() string
}

// idsIn reads ids of one kind, apart by blanks, commas or lines.
func idsIn[T anyID](i *input, least int) []T {
	var all []T
	for _, text := range strings.Fields(strings.ReplaceAll(i.Value, ",", " ")) {
		one, err := id.Parse[T](text)
		if err != nil {
			i.bad("%s is not an id of that kind; its last character checks the others.", text)
		}
		all = append(all, one)
	}
	if len(all) < least {
		i.bad("Name at least one.")
	}
	return all
}

// oneID reads the id that was chosen.
func oneID[T anyID](i *input) T {
	one, err := id.Parse[T](i.Value)
	if err != nil {
		i.bad("Choose one.")
	}
	return one
}

// liveProgrammes are those that the caller sees, as choices.
func (v *visit) liveProgrammes() (choices []option, err error) {
	live, err := v.Programmes(v.caller, view.Query{State: "live", Limit: view.LimitMax})
	for _, one := range live.Items {
		label := one.Currency
		for _, ref := range []*view.Ref{one.Anchor, one.Product} {
			if ref != nil {
				label = ref.String() + ", " + label
			}
		}
		choices = append(choices, option{one.ID, label, one.ID})
	}
	return choices, err
}

// payees are the verified bank accounts of a party in every currency, as choices.
func (v *visit) payees(of id.Party) (choices []option, err error) {
	own, err := v.BankAccounts(v.caller, view.Query{Party: of, State: "verified", Limit: rowsMax})
	for _, one := range own.Items {
		choices = append(choices, option{one.ID, cmp.Or(one.IBAN+one.Number, one.ID) + ", " + one.Currency, one.Holder})
	}
	return choices, err
}

// askProgramme and askPayee are two inputs that many forms of sellers have.
func (v *visit) askProgramme(f *deedForm, preset string) (*input, error) {
	programmes, err := v.liveProgrammes()
	return f.value(input{Name: "programme", Label: "Programme", Kind: "select", Choices: programmes}, preset), err
}

func (v *visit) askPayee(f *deedForm) (*input, error) {
	accounts, err := v.payees(v.caller.Party)
	return f.value(input{Name: "payee", Label: "To your account", Kind: "select", Choices: accounts, Hint: "Those that are verified."}, ""), err
}

const auctionHours = 24 // that bids are taken, and then opened, unless the seller says otherwise

func openLot(v *visit, f *deedForm) (*prepared, error) {
	f.Heading, f.Give, f.Back, f.BackName = "Put invoices up for bids", "Put them up", "/auctions", "Auctions"
	f.Note = "They go as one lot to the funder that bids the lowest rate; you accept its quote or not. Until the auction is over they can’t be financed otherwise."
	programme, err := v.askProgramme(f, "")
	if err != nil {
		return nil, err
	}
	free, err := v.free()
	if err != nil {
		return nil, err
	}
	open, err := v.tickable(free[:min(len(free), tickedMost+1)])
	if err != nil {
		return nil, err
	}
	named := f.several(input{Name: "receivables", Label: "Which invoices", Hint: "By their ids, one after another; all owed to you."}, open, v.asked("receivable"))
	payee, err := v.askPayee(f)
	if err != nil {
		return nil, err
	}
	reserve := f.line("reserve", "Most that you pay a year", "In per cent, like 6.00. The funders see it.", "")
	at := time.UnixMicro(v.console.engine.Clock()).UTC().Truncate(time.Hour)
	closes := f.line("closes", "Bids are taken until", "Day and time in UTC.", at.Add((auctionHours+1)*time.Hour).Format(minuteForm))
	reveals := f.line("reveals", "Bids are opened until", "Day and time in UTC, within 31 days. A funder that opens too late has not bid.", at.Add((2*auctionHours+1)*time.Hour).Format(minuteForm))
	disclosure := f.value(input{Name: "disclosure", Label: "What a bidder sees of the others’ bids when it is over", Choices: []option{
		{allocation.DiscloseSealed.String(), "Nothing but that they were handed in", ""}, {allocation.DiscloseOpened.String(), "The bids that were opened", "So that each can check the result itself."},
	}}, allocation.DiscloseOpened.String())
	if !f.asked {
		return nil, nil
	}
	c := &book.OpenAuction{
		Programme: oneID[id.Programme](programme), Receivables: named.receivables(1), Payee: oneID[id.BankAccount](payee), Reserve: reserve.percent(1, money.RateOne),
		Closes: closes.minute(), Reveals: reveals.minute(), Disclosure: []allocation.Disclosure{allocation.DiscloseSealed, allocation.DiscloseOpened}[max(0, disclosure.chosen())],
	}
	if !f.complete() {
		return nil, nil
	}
	p := v.unsignedDeed(f, c, nil)
	p.thenTo(func(e book.Event) string {
		if opened, is := e.(*book.AuctionOpened); is {
			return "/auctions/" + opened.Auction.Rules.ID.String()
		}
		return ""
	})
	return p, nil
}

// ofAuction fills what is the same on the forms about an auction that is open.
func (v *visit) ofAuction(f *deedForm, of id.Auction, heading, give string) (view.Auction, error) {
	shown, err := v.Auction(v.caller, of)
	if err != nil {
		return shown, err
	}
	if shown.State != book.AuctionOpen.String() {
		return shown, view.ErrNotFound
	}
	f.Heading, f.Give, f.Back, f.BackName = heading, give, "/auctions/"+shown.ID, f.w.T("Auction %s", shown.ID)
	f.fact("Seller", named(shown.Seller))
	f.fact("Lot", f.w.amount(shown.Volume))
	f.fact("Most that the seller pays a year", escape(decimal(shown.Reserve)+" %"))
	f.fact("Bids are taken until", showTime(shown.Closes)+" UTC")
	f.fact("Bids are opened until", showTime(shown.Reveals)+" UTC")
	return shown, nil
}

func openAward(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Auction](v)
	if err != nil {
		return nil, err
	}
	if _, err := v.ofAuction(f, of, "Award an auction", "Award it"); err != nil {
		return nil, err
	}
	f.Note = "It ends now if every bid is open. The lowest rate takes the lot, and its funder quotes. Otherwise it ends by itself when the time for opening is over."
	return v.unsignedDeed(f, &book.AwardAuction{Auction: of}, nil), nil
}

// sealedFile is the name of the file in which a bidder keeps what it has sealed.
func sealedFile(of id.Auction) string { return "bid-" + of.String() + ".txt" }

func openBidding(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Auction](v)
	if err != nil {
		return nil, err
	}
	shown, err := v.ofAuction(f, of, "Bid in an auction", "Hand in the bid")
	if err != nil {
		return nil, err
	}
	f.Note = "What is handed in is a SHA-256, from which nobody learns your rate. You open the bid when bidding has ended: it takes six lines that you keep, for the node does not. What you write here passes through the node all the same; seal the bid elsewhere if that is too much. It can’t be taken back, and takes on what the rules say of the lot."
	var drawn [32]byte
	_, _ = rand.Read(drawn[:]) // it never fails: a system without randomness ends the program
	rate := f.perhaps("rate", "Your rate a year", "In per cent, like 4.25. Above what the seller pays at most it can’t win.", "")
	secret := f.perhaps("secret", "Secret", "64 characters of hexadecimal, drawn anew for each bid. Without it somebody could try all rates.", hex.EncodeToString(drawn[:]))
	sealed := f.perhaps("commitment", "Or the SHA-256 of a bid that you have sealed elsewhere", "Then leave the rate empty: this node does not see it before you open it. doc/ALLOCATION.md says what it is made of.", "")
	if !f.asked {
		return nil, nil
	}
	c := &book.PlaceBid{Auction: of}
	if sealed.Value != "" {
		sealed.hash(&c.Commitment)
		if rate.Value != "" {
			rate.bad("Give a rate, or a SHA-256 of your own: one of the two.")
		}
	} else {
		opening := allocation.Opening{Rate: rate.percent(1, money.RateOne), Volume: money.Minor(shown.Volume.Minor)}
		secret.hash(&opening.Nonce)
		if f.complete() {
			c.Commitment = allocation.Commitment(of, v.caller.Party, opening)
			f.fact("Keep these lines", keptLines(f, sealedFile(of), allocation.Statement(of, v.caller.Party, opening)))
			f.fact("SHA-256 that is handed in", template.HTML(`<span class="hash">`)+escape(hex.EncodeToString(c.Commitment[:]))+`</span>`)
			f.Note = "Keep the lines below, secretly, until you have opened the bid: save them before you hand it in. Whoever has them knows your rate, and without them the bid can’t be opened and does not count."
			f.Give = "I have kept the lines: hand in the bid"
		}
	}
	if !f.complete() {
		return nil, nil
	}
	return v.unsignedDeed(f, c, nil), nil
}

// keptLines shows what a bidder keeps, with a link by which its browser saves it.
func keptLines(f *deedForm, name string, lines []byte) template.HTML {
	label := f.w.T("Save them as a file")
	link := `<a href="data:text/plain;base64,` + base64.StdEncoding.EncodeToString(lines) + `" download="` + name + `">` + template.HTMLEscapeString(label) + `</a>`
	return template.HTML(`<pre class="wrap">`) + escape(string(lines)) + template.HTML(`</pre>`+link)
}

// hash reads 32 bytes in hexadecimal.
func (i *input) hash(into *[32]byte) {
	read, err := hex.DecodeString(strings.ToLower(i.Value))
	if err != nil || len(read) != len(into) {
		i.bad("Write 64 characters of hexadecimal.")
		return
	}
	copy(into[:], read)
}

// kept reads the lines of allocation.Statement.
func (i *input) kept() (o allocation.Opening) {
	values := map[string]string{}
	for _, line := range strings.Split(i.Value, "\n") {
		if name, value, found := strings.Cut(line, ":"); found {
			values[strings.TrimSpace(name)] = strings.TrimSpace(value)
		}
	}
	rate, wrongRate := strconv.ParseInt(values["rate"], 10, 64)
	volume, wrongVolume := strconv.ParseInt(values["volume"], 10, 64)
	nonce, err := hex.DecodeString(values["nonce"])
	if err != nil || wrongRate != nil || wrongVolume != nil || len(nonce) != len(o.Nonce) {
		i.bad("These are not the lines of a bid: rate, volume and nonce are among them, each on a line of its own.")
		return o
	}
	o.Rate, o.Volume = money.Rate(rate), money.Minor(volume)
	copy(o.Nonce[:], nonce)
	return o
}

func openBid(v *visit, f *deedForm) (*prepared, error) {
	of, err := identity[id.Bid](v)
	if err != nil {
		return nil, err
	}
	bid, err := v.Bid(v.caller, of)
	if err != nil {
		return nil, err
	}
	under, err := id.Parse[id.Auction](bid.Auction)
	if err != nil {
		return nil, err
	}
	if _, err = v.ofAuction(f, under, "Open a sealed bid", "Open the bid"); err != nil {
		return nil, err
	}
	f.Note = "It is your decision to finance the lot at this rate: your limits and your money have to cover it. The others see it when the auction is over, as its terms say."
	f.fact("SHA-256 that was handed in", template.HTML(`<span class="hash">`)+escape(bid.Commitment)+`</span>`)
	lines := f.value(input{Name: "kept", Label: "The lines that you kept", Kind: "area", Hint: "All that the file has, from its first line to the nonce."}, "")
	if !f.asked {
		return nil, nil
	}
	opening := lines.kept()
	if sealed := allocation.Commitment(under, v.caller.Party, opening); lines.Wrong == "" && hex.EncodeToString(sealed[:]) != bid.Commitment {
		lines.bad("These lines are not those of this bid: they have another SHA-256. Look whether they are of another bid or auction.")
	}
	if !f.complete() {
		return nil, nil
	}
	f.fact("Your rate a year", escape(percentText(opening.Rate)+" %"))
	return v.unsignedDeed(f, &book.OpenBid{Bid: of, Rate: opening.Rate, Volume: opening.Volume, Nonce: opening.Nonce}, nil), nil
}
