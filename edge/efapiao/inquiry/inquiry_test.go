package inquiry_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/edge/efapiao/inquiry"
	"millrace/edge/efapiao/verification"
	"millrace/edge/efapiao/verification/sandbox"
	"millrace/edge/intake"
	"millrace/edge/reading"
	"millrace/engine"
	"millrace/lab/load"
)

// office is a node with a desk, and the bureau that it asks. Its clock stands until it is moved.
type office struct {
	t      *testing.T
	engine *engine.Engine
	world  *load.World
	bureau *sandbox.Bureau
	url    string
	now    time.Time
	desk   *inquiry.Desk
}

func newOffice(t *testing.T) *office {
	t.Helper()
	e, err := engine.Open(load.Options(""))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(context.Background()) })
	o := &office{t: t, engine: e, now: time.Now()}
	if o.world, err = load.NewWorld(load.SubmitTo(t.Context(), e), 1); err != nil {
		t.Fatal(err)
	}
	o.bureau = sandbox.New("key", func() time.Time { return o.now })
	server := httptest.NewServer(o.bureau)
	t.Cleanup(server.Close)
	o.url = server.URL
	o.open()
	return o
}

// open sits a new desk down, as after a restart.
func (o *office) open() {
	o.t.Helper()
	client, err := verification.NewClient(verification.Options{Endpoint: o.url, Key: "key"})
	if err != nil {
		o.t.Fatal(err)
	}
	o.desk, err = inquiry.New(inquiry.Options{Engine: o.engine, Verifier: client, Operator: o.world.Maker, Now: func() time.Time { return o.now }})
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) round() {
	o.t.Helper()
	if err := o.desk.Round(o.t.Context()); err != nil {
		o.t.Fatal(err)
	}
}

// keep records a file of the reader's examples, under another number, and gives what the bureau will be asked.
func (o *office) keep(file string, number int) verification.Query {
	o.t.Helper()
	content, err := os.ReadFile("../testdata/readings/" + file)
	if err != nil {
		o.t.Fatal(err)
	}
	text := fmt.Sprintf("%020d", number)
	content = []byte(strings.ReplaceAll(string(content), "26312000000000000017", text))
	read, err := reading.Read(file, content, reading.Limits{})
	if err != nil {
		o.t.Fatal(err)
	}
	n := intake.New(o.engine.Vault())
	c, err := n.PrepareReading(o.t.Context(), &read, content, "folder")
	if err != nil {
		o.t.Fatal(err)
	}
	if _, rejection, err := o.engine.Submit(o.t.Context(), engine.Request{Actor: o.world.Maker, Command: c}); err != nil || rejection != nil {
		o.t.Fatal(rejection, err)
	}
	return verification.Query{Number: read.Document.Number, Issued: read.Document.Issued, Total: read.Document.Totals.TaxInclusive,
		SellerCode: "91310000MA1FL0001R", BuyerCode: "91440300MA5EX0002B"}
}

// said lists the answers on record, in their order.
func (o *office) said() []string {
	o.t.Helper()
	v, err := o.engine.Read(o.t.Context(), o.engine.Head().Sequence)
	if err != nil {
		o.t.Fatal(err)
	}
	defer v.Close()
	rows, err := v.Tx.QueryContext(o.t.Context(), "SELECT record FROM verification ORDER BY number")
	if err != nil {
		o.t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var stored []byte
		var record book.Verification
		if err := rows.Scan(&stored); err != nil {
			o.t.Fatal(err)
		}
		if err := book.DecodeRecord(stored, &record); err != nil {
			o.t.Fatal(err)
		}
		all = append(all, record.Status.String())
	}
	return all
}

func (o *office) want(asked, waiting int, said ...string) {
	o.t.Helper()
	if got := o.bureau.Asked(); got != asked {
		o.t.Errorf("asked %d times, not %d", got, asked)
	}
	if got := o.desk.Waiting(); got != waiting {
		o.t.Errorf("%d wait, not %d", got, waiting)
	}
	if got := o.said(); !slices.Equal(got, said) {
		o.t.Errorf("on record: %v, not %v", got, said)
	}
}

func TestEachInvoiceIsAskedAboutOnce(t *testing.T) {
	o := newOffice(t)
	o.round()
	o.want(0, 0)
	o.bureau.Issue(o.keep("blue.xml", 17), verification.StatusValid)
	o.bureau.Issue(o.keep("blue.xml", 18), verification.StatusRed)
	q := o.keep("blue.xml", 19)
	q.Total++
	o.bureau.Issue(q, verification.StatusValid)
	o.round()
	o.want(3, 0, "valid", "red", "differs")
	o.round()
	o.open()
	o.round()
	o.want(3, 0, "valid", "red", "differs")
}

// A red invoice is asked about with its negative total.
func TestARedInvoice(t *testing.T) {
	o := newOffice(t)
	q := o.keep("red.xml", 17)
	q.Total = -q.Total
	if q.Total >= 0 {
		t.Fatal(q.Total)
	}
	o.bureau.Issue(q, verification.StatusValid)
	o.round()
	if said := o.said(); !slices.Equal(said, []string{"valid"}) {
		t.Fatal(said)
	}
}

// Every fault of the bureau leaves nothing on record, and the question is asked again, each time after a longer wait.
func TestFaultsPutOff(t *testing.T) {
	for _, fault := range sandbox.Faults() {
		if fault == sandbox.AlwaysValid || fault == sandbox.Silent { // nobody can tell, and below
			continue
		}
		o := newOffice(t)
		o.bureau.Issue(o.keep("blue.xml", 17), verification.StatusVoid)
		o.bureau.Misbehave(fault, fault)
		o.round()
		o.round() // too early
		o.want(1, 1)
		o.now = o.now.Add(time.Minute)
		o.round()
		o.want(2, 1)
		o.now = o.now.Add(time.Minute)
		o.round() // twice as long by now
		o.want(2, 1)
		o.now = o.now.Add(time.Minute)
		o.round()
		o.want(3, 0, "void")
	}
}

// A bureau that says nothing ends with the context of the round, and the question stays.
func TestASilentBureau(t *testing.T) {
	o := newOffice(t)
	o.bureau.Issue(o.keep("blue.xml", 17), verification.StatusValid)
	o.bureau.Misbehave(sandbox.Silent)
	client, err := verification.NewClient(verification.Options{Endpoint: o.url, Key: "key", Timeout: time.Nanosecond})
	if err != nil {
		t.Fatal(err)
	}
	impatient, err := inquiry.New(inquiry.Options{Engine: o.engine, Verifier: client, Operator: o.world.Maker, Now: func() time.Time { return o.now }})
	if err != nil {
		t.Fatal(err)
	}
	if err := impatient.Round(t.Context()); err != nil || impatient.Waiting() != 1 || len(o.said()) != 0 {
		t.Fatal(err, impatient.Waiting(), o.said())
	}
}

// A number that the bureau does not know is recorded once, and asked about until it knows it; also after a restart.
func TestAnUnknownNumberIsAskedAboutAgain(t *testing.T) {
	o := newOffice(t)
	q := o.keep("blue.xml", 17)
	o.round()
	o.want(1, 1, "unknown")
	o.now = o.now.Add(time.Minute)
	o.round()
	o.want(2, 1, "unknown")
	o.open()
	o.bureau.Issue(q, verification.StatusValid)
	o.round()
	o.want(3, 0, "unknown", "valid")
}

// While the bureau is away, a round asks a few times only, others each time.
func TestABureauThatIsAwayIsNotFlooded(t *testing.T) {
	o := newOffice(t)
	var faults []sandbox.Fault
	for n := range 8 {
		o.bureau.Issue(o.keep("blue.xml", 20+n), verification.StatusValid)
		faults = append(faults, sandbox.Busy)
	}
	o.bureau.Misbehave(faults[:6]...)
	o.round()
	o.want(3, 8)
	o.round()
	o.want(6, 8)
	o.round()
	o.want(8, 6, "valid", "valid")
	o.now = o.now.Add(time.Minute)
	o.round()
	if len(o.said()) != 8 || o.desk.Waiting() != 0 {
		t.Fatal(o.said(), o.desk.Waiting())
	}
}

// Invoices of other formats are nobody's question, whatever their number looks like.
func TestOtherInvoicesAreNotAskedAbout(t *testing.T) {
	o := newOffice(t)
	l := o.world.NewLife(0)
	c := l.Step(3).Command.(*book.RecordDocument)
	c.Document.Number, c.Document.Currency, c.Document.Issued = strings.Repeat("1", 20), 156, calendar.Date(20_000)
	if _, rejection, err := o.engine.Submit(t.Context(), engine.Request{Actor: o.world.Maker, Command: c}); err != nil || rejection != nil {
		t.Fatal(rejection, err)
	}
	o.round()
	o.want(0, 0)
}
