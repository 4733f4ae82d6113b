package edgelist

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"math"
	"strconv"
	"unicode/utf8"

	"millrace/domain/calendar"
	"millrace/domain/clearing"
	"millrace/domain/money"
	"millrace/edge/document"
)

// ScaleFound takes the decimals from the amounts: as many as any of them has, zeros behind the second one not counted.
const ScaleFound = -1

// Options say how a list is read.
type Options struct {
	File  string // its name, for messages
	Scale int    // decimals of an amount, 0 to ScaleMax, or ScaleFound
	Debts int    // how many are expected, so that room is made for them at once; 0 where nothing is known
}

const (
	lineBytesMax = 1 << 20
	nameBytesMax = 1000
	expectedMax  = 1 << 26
)

// reader is a list on its way in.
type reader struct {
	Options
	in      *bufio.Reader
	list    List
	firms   *names
	errors  Errors
	line    int    // the one that was read last
	begin   int    // the line on which the debt begins
	joined  []byte // a record that goes over several lines
	columns []column
	comma   byte // 0: plain lines
	named   bool // debts have a column of ids
	priced  bool // and one of currencies
	fields  [][]byte
	unquote []byte
	found   bool // decimals are taken from the amounts
}

// Read reads a list in either form, packed by gzip or not. Either an error is Errors, or the bytes could not be had.
func Read(in io.Reader, options Options) (*List, error) {
	r := &reader{Options: options, in: bufio.NewReaderSize(in, lineBytesMax), firms: newNames(), found: options.Scale == ScaleFound}
	if !r.found {
		r.list.Scale = options.Scale
	}
	if magic, _ := r.in.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		unpacked, err := gzip.NewReader(r.in)
		if err != nil {
			return nil, err
		}
		r.in = bufio.NewReaderSize(unpacked, lineBytesMax)
	}
	expected := min(max(0, options.Debts), expectedMax)
	r.list.Debts = make([]clearing.Debt, 0, expected)
	err := r.read()
	if err != nil && !errors.Is(err, errEnough) {
		return nil, err
	}
	if len(r.errors) == 0 && len(r.list.Debts) == 0 {
		r.wrong(CodeEmpty, "", nil)
	}
	if len(r.errors) > 0 {
		return nil, r.errors
	}
	r.list.arrange(r.firms)
	return &r.list, nil
}

// errEnough ends reading behind the last error that is told.
var errEnough = errors.New("enough errors")

// read takes the lines one by one. Lines before the header may be empty or comments.
func (r *reader) read() error {
	if mark, _ := r.in.Peek(3); string(mark) == "\uFEFF" {
		_, _ = r.in.Discard(3) // they were there
	}
	began := false
	for {
		line, err := r.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if trimmed := bytes.TrimSpace(line); len(trimmed) == 0 || trimmed[0] == '#' && r.comma == 0 {
			continue
		}
		r.begin = r.line
		if !began {
			began = true
			if r.comma = separator(line); r.comma != 0 {
				if !r.header(line) {
					return errEnough
				}
				continue
			}
		}
		if r.comma == 0 {
			r.plain(line)
		} else if err := r.record(line); err != nil {
			return err
		}
		if len(r.errors) >= ErrorsMax {
			return errEnough
		}
	}
}

// next gives the next line without its end; it holds until the one after it is asked for.
func (r *reader) next() ([]byte, error) {
	line, err := r.in.ReadSlice('\n')
	if len(line) > 0 {
		r.line++
	}
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		r.begin = r.line
		r.wrong(CodeLineTooLong, "", nil)
		return nil, errEnough
	case err != nil && (!errors.Is(err, io.EOF) || len(line) == 0):
		return nil, err
	}
	line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte{'\n'}), []byte{'\r'})
	if !readable(line) {
		r.begin = r.line
		r.wrong(CodeEncoding, "", line)
		return nil, errEnough
	}
	return line, nil
}

// readable tells whether a line is UTF-8 without control characters other than tabs.
func readable(line []byte) bool {
	ascii := true
	for _, c := range line {
		if c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
		ascii = ascii && c < utf8.RuneSelf
	}
	return ascii || utf8.Valid(line)
}

// wrong notes an error of the debt at hand.
func (r *reader) wrong(code Code, field string, value []byte) {
	one := &document.Error{File: r.File, Line: r.begin, Field: field, Value: document.Excerpt(value), Code: string(code), Message: messages[code]}
	if code == CodeEmpty {
		one.Line = 0
	}
	one.Valued = code == CodeFieldEmpty
	r.errors = append(r.errors, one)
}

// plain reads debtor, creditor and amount with blanks between; what follows a # is a comment.
func (r *reader) plain(line []byte) {
	r.fields = r.fields[:0]
	for rest := line; ; {
		rest = bytes.TrimLeft(rest, " \t")
		if len(rest) == 0 || rest[0] == '#' {
			break
		}
		end := bytes.IndexAny(rest, " \t")
		if end < 0 {
			end = len(rest)
		}
		r.fields = append(r.fields, rest[:end])
		rest = rest[end:]
	}
	if len(r.fields) != 3 {
		r.wrong(CodePlainForm, "", strconv.AppendInt(nil, int64(len(r.fields)), 10))
		return
	}
	r.debt(row{debtor: r.fields[0], creditor: r.fields[1], amount: r.fields[2]})
}

// row is one debt as it is written.
type row struct{ debtor, creditor, amount, due, id, currency []byte }

// debt takes a debt in, or notes the first thing that is wrong with it.
func (r *reader) debt(w row) {
	for _, name := range []struct {
		field string
		text  []byte
	}{{"debtor", w.debtor}, {"creditor", w.creditor}, {"id", w.id}} {
		if len(name.text) == 0 && name.field != "id" {
			r.wrong(CodeFieldEmpty, name.field, nil)
			return
		}
		if len(name.text) > nameBytesMax {
			r.wrong(CodeNameTooLong, name.field, name.text)
			return
		}
	}
	if !r.currency(w.currency) {
		return
	}
	due := calendar.Date(0)
	if len(w.due) > 0 {
		parsed, ok := calendar.Parse(string(w.due))
		if !ok || parsed <= 0 {
			r.wrong(CodeDate, "due", w.due)
			return
		}
		due = parsed
	}
	amount, ok := r.amount(w.amount)
	if !ok {
		return
	}
	l := &r.list
	if len(l.Debts) >= clearing.DebtsMax || uint64(r.line) > math.MaxUint32 || r.firms.full(len(w.debtor)+len(w.creditor)) || l.ids.full(len(w.id)) ||
		len(r.firms.ends)+2 > clearing.FirmsMax {
		r.wrong(CodeTooMany, "", nil)
		return
	}
	d := clearing.Debt{Debtor: r.firms.number(w.debtor), Creditor: r.firms.number(w.creditor), Amount: amount, Due: due}
	if d.Debtor == d.Creditor {
		l.SelfDebts++
	}
	if amount == 0 {
		l.Zeros++
	}
	l.lines.add(len(l.Debts), r.begin)
	l.Debts = append(l.Debts, d)
	if r.named {
		l.ids.add(w.id)
	}
}

// currency holds the debt's currency against that of the first one.
func (r *reader) currency(text []byte) bool {
	if !r.priced || string(text) == r.list.Column {
		return true
	}
	if len(r.list.Debts) > 0 || len(r.errors) > 0 {
		r.wrong(CodeCurrency, "currency", text)
		return false
	}
	r.list.Column = string(text)
	return true
}

// amount reads an amount at the list's scale. Where the scale is found from the data and this amount has more decimals, all that was
// read before gets as many.
func (r *reader) amount(text []byte) (money.Minor, bool) {
	units, decimals, code := parseAmount(text)
	l := &r.list
	for !r.found && decimals > l.Scale && units%10 == 0 {
		units, decimals = units/10, decimals-1
	}
	fits := true
	switch {
	case code != "":
		r.wrong(code, "amount", text)
		return 0, false
	case decimals > l.Scale && !r.found:
		r.wrong(CodeAmountScale, "amount", text)
		return 0, false
	case decimals > l.Scale:
		fits = l.widen(decimals)
	default:
		units, fits = rescale(units, l.Scale-decimals)
		if !fits {
			r.wrong(CodeAmountTooLarge, "amount", text)
			return 0, false
		}
	}
	if !fits || units > math.MaxInt64-int64(l.Owed) {
		r.wrong(CodeTotalTooLarge, "", nil)
		return 0, false
	}
	l.Owed += money.Minor(units)
	return money.Minor(units), true
}

// widen gives all amounts more decimals, or says that their sum would not fit.
func (l *List) widen(scale int) bool {
	owed, fits := rescale(int64(l.Owed), scale-l.Scale)
	if !fits {
		return false
	}
	for i := range l.Debts {
		wide, _ := rescale(int64(l.Debts[i].Amount), scale-l.Scale) // none is more than their sum
		l.Debts[i].Amount = money.Minor(wide)
	}
	l.Owed, l.Scale = money.Minor(owed), scale
	return true
}
