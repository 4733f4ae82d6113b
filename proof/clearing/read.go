package clearing

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

const (
	certificateFormat = "millrace-clearing-certificate/1"
	formatWithCaps    = "millrace-clearing-certificate/2"
	scaleMax          = 18
	lineBytesMax      = 1 << 20
)

// certificate is the form that doc/CLEARING.md tells.
type certificate struct {
	Format     string      `json:"format"`
	Program    string      `json:"program"`
	Input      string      `json:"input_sha256"`
	Rule       string      `json:"rule"`
	Scale      int         `json:"scale"`
	Firms      int         `json:"firms"`
	Debts      int         `json:"debts"`
	Debt       string      `json:"debt"`
	Cleared    string      `json:"cleared"`
	Bound      string      `json:"bound"`
	Optimal    *bool       `json:"optimal"`
	Liquidity  *string     `json:"liquidity"`
	Cash       string      `json:"cash"`
	Price      *integer    `json:"price"`
	Caps       *[]limit    `json:"caps"`      // missing: each firm may draw all cash
	PassesOn   []passing   `json:"passes_on"` // firms that can't be left with cash
	Potentials []potential `json:"potentials"`
}

// integer is a whole number of any size.
type integer struct{ whole *big.Int }

// UnmarshalJSON takes digits with at most a minus before them.
func (n *integer) UnmarshalJSON(text []byte) error {
	whole, ok := new(big.Int).SetString(string(text), 10)
	if !ok {
		return fmt.Errorf("%s is no whole number", text)
	}
	n.whole = whole
	return nil
}

// potential is a firm's number.
type potential struct {
	name   string
	number *big.Int
}

// UnmarshalJSON takes a list of name and number.
func (p *potential) UnmarshalJSON(text []byte) error {
	var pair []json.RawMessage
	if err := json.Unmarshal(text, &pair); err != nil {
		return err
	}
	if len(pair) != 2 {
		return fmt.Errorf("%s is not a pair of name and number", text)
	}
	var number integer
	if err := number.UnmarshalJSON(pair[1]); err != nil {
		return err
	}
	p.number = number.whole
	return json.Unmarshal(pair[0], &p.name)
}

// limit is the most cash that a firm may draw.
type limit struct{ name, most string }

// UnmarshalJSON takes a list of name and amount.
func (l *limit) UnmarshalJSON(text []byte) error {
	var pair []string
	if err := json.Unmarshal(text, &pair); err != nil {
		return err
	}
	if len(pair) != 2 {
		return fmt.Errorf("%s is not a pair of name and amount", text)
	}
	l.name, l.most = pair[0], pair[1]
	return nil
}

// passing is a firm that passes on all cash that comes to it.
type passing struct{ name string }

// UnmarshalJSON takes a list of the name alone.
func (p *passing) UnmarshalJSON(text []byte) error {
	var alone []string
	if err := json.Unmarshal(text, &alone); err != nil {
		return err
	}
	if len(alone) != 1 {
		return fmt.Errorf("%s is not a name alone in a list", text)
	}
	p.name = alone[0]
	return nil
}

func readCertificate(r io.Reader) (*certificate, error) {
	var c certificate
	decoder := json.NewDecoder(r)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&c); err != nil {
		return nil, unreadable(FileCertificate, 0, "%v", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, unreadable(FileCertificate, 0, "something follows the certificate")
	}
	switch {
	case c.Format != certificateFormat && c.Format != formatWithCaps:
		return nil, unreadable(FileCertificate, 0, "neither of the format %q nor of %q", certificateFormat, formatWithCaps)
	case c.Format == certificateFormat && (c.Caps != nil || c.PassesOn != nil):
		return nil, unreadable(FileCertificate, 0, "the format %q does not say who may draw or keep cash", certificateFormat)
	case c.Scale < 0 || c.Scale > scaleMax:
		return nil, fault(FileCertificate, 0, "scale is %d; it is 0 to %d", c.Scale, scaleMax)
	case c.Optimal == nil:
		return nil, unreadable(FileCertificate, 0, "it does not say whether the result is optimal")
	case c.Rule != "oldest_first" && c.Rule != "proportional":
		return nil, fault(FileCertificate, 0, "the rule %q is not known", c.Rule)
	}
	return &c, nil
}

// minor reads a decimal number as minor units of a scale.
func minor(text string, scale int) (*big.Int, error) {
	digits, fraction, parted := strings.Cut(text, ".")
	for len(fraction) > scale && fraction[len(fraction)-1] == '0' {
		fraction = fraction[:len(fraction)-1]
	}
	if len(fraction) > scale {
		return nil, fmt.Errorf("%q has more than %d decimals", text, scale)
	}
	whole := digits + fraction
	if digits == "" || parted && strings.HasSuffix(text, ".") || strings.Trim(whole, "0123456789") != "" {
		return nil, fmt.Errorf("%q is no amount", text)
	}
	n, _ := new(big.Int).SetString(whole+strings.Repeat("0", scale-len(fraction)), 10) // only digits
	return n, nil
}

// Decimal writes minor units as a decimal number.
func Decimal(n *big.Int, scale int) string {
	power := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)
	whole, part := new(big.Int).QuoRem(new(big.Int).Abs(n), power, new(big.Int))
	text := whole.String()
	if scale > 0 {
		text += fmt.Sprintf(".%0*s", scale, part.String())
	}
	if n.Sign() < 0 {
		text = "-" + text
	}
	return text
}

// listed is a debt of the list.
type listed struct {
	line                         int
	debtor, creditor, amount, id string
}

// list reads either form of a list of debts.
type list struct {
	hashed   io.Reader // all that is read of it is hashed
	sum      hash.Hash
	lines    *bufio.Reader
	line     int // lines read before the table
	currency string

	table                                    *csv.Reader // nil: plain lines
	columns                                  int
	debtor, creditor, amount, id, currencyAt int
}

func openList(r io.Reader) (*list, error) {
	l := &list{sum: sha256.New(), id: -1, currencyAt: -1}
	l.hashed = io.TeeReader(r, l.sum)
	l.lines = bufio.NewReaderSize(l.hashed, lineBytesMax)
	if magic, _ := l.lines.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		unpacked, err := gzip.NewReader(l.lines)
		if err != nil {
			return nil, unreadable(FileInput, 0, "%v", err)
		}
		l.hashed, l.lines = l.lines, bufio.NewReaderSize(unpacked, lineBytesMax)
	}
	if mark, _ := l.lines.Peek(3); string(mark) == "\uFEFF" {
		_, _ = l.lines.Discard(3) // they were there
	}
	for {
		begin, err := l.lines.Peek(1)
		if err != nil {
			return l, nil
		}
		line, _ := l.lines.Peek(lineBytesMax - 1)
		if end := bytes.IndexByte(line, '\n'); end >= 0 {
			line = line[:end]
		}
		text := strings.TrimSpace(string(line))
		if text != "" && begin[0] != '#' && text[0] != '#' {
			return l, l.begin(text)
		}
		if _, err := l.plainLine(); err != nil {
			return nil, err
		}
	}
}

// begin looks at the first line that is neither empty nor a comment, which is still to be read.
func (l *list) begin(first string) error {
	commas, semicolons, comma := strings.Count(first, ","), strings.Count(first, ";"), ','
	switch {
	case semicolons > commas:
		comma = ';'
	case commas == 0 && strings.Contains(strings.ToLower(first), "debtor"):
		comma = '\t'
	case commas == 0:
		return nil
	}
	l.table = csv.NewReader(l.lines)
	l.table.Comma, l.table.FieldsPerRecord, l.table.ReuseRecord = comma, -1, true
	header, err := l.table.Read()
	if err != nil {
		return unreadable(FileInput, l.line+1, "%v", err)
	}
	names := make([]string, len(header))
	for i, name := range header {
		names[i] = strings.ToLower(strings.TrimSpace(name))
	}
	l.columns, l.debtor, l.creditor, l.amount = len(names), slices.Index(names, "debtor"), slices.Index(names, "creditor"), slices.Index(names, "amount")
	l.id, l.currencyAt = slices.Index(names, "id"), slices.Index(names, "currency")
	if min(l.debtor, l.creditor, l.amount) < 0 {
		return unreadable(FileInput, l.line+1, "the first line does not name debtor, creditor and amount")
	}
	return nil
}

// hash is that of the whole file; what is left of it is read.
func (l *list) hash() (string, error) {
	if _, err := io.Copy(io.Discard, l.hashed); err != nil {
		return "", err
	}
	return hex.EncodeToString(l.sum.Sum(nil)), nil
}

func (l *list) plainLine() (string, error) {
	line, err := l.lines.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return "", unreadable(FileInput, l.line+1, "the line is too long")
	}
	if len(line) == 0 {
		return "", err
	}
	l.line++
	return string(line), nil
}

func (l *list) next() (listed, error) {
	if l.table != nil {
		return l.nextRecord()
	}
	for {
		line, err := l.plainLine()
		if err != nil {
			return listed{}, err
		}
		if text := strings.TrimSpace(line); text == "" || text[0] == '#' {
			continue
		}
		fields := strings.FieldsFunc(line, func(c rune) bool { return strings.ContainsRune(" \t\r\n", c) })
		if comment := slices.IndexFunc(fields, func(field string) bool { return field[0] == '#' }); comment >= 0 {
			fields = fields[:comment]
		}
		if len(fields) != 3 {
			return listed{}, unreadable(FileInput, l.line, "debtor, creditor and amount are wanted")
		}
		return listed{line: l.line, debtor: fields[0], creditor: fields[1], amount: fields[2]}, nil
	}
}

func (l *list) nextRecord() (listed, error) {
	for {
		record, err := l.table.Read()
		if errors.Is(err, io.EOF) {
			return listed{}, err
		}
		var syntax *csv.ParseError
		if errors.As(err, &syntax) {
			return listed{}, unreadable(FileInput, l.line+syntax.StartLine, "%v", syntax.Err)
		}
		if err != nil {
			return listed{}, err
		}
		if strings.TrimSpace(strings.Join(record, "")) == "" {
			continue
		}
		at, _ := l.table.FieldPos(0)
		if len(record) != l.columns {
			return listed{}, unreadable(FileInput, l.line+at, "%d fields, the first line has %d", len(record), l.columns)
		}
		for i := range record {
			record[i] = strings.TrimSpace(record[i])
		}
		debt := listed{line: l.line + at, debtor: record[l.debtor], creditor: record[l.creditor], amount: record[l.amount]}
		if l.id >= 0 {
			debt.id = record[l.id]
		}
		if l.currencyAt >= 0 {
			if l.currency != "" && record[l.currencyAt] != l.currency {
				return listed{}, fault(FileInput, debt.line, "the currency is %q, above it is %q", record[l.currencyAt], l.currency)
			}
			l.currency = record[l.currencyAt]
		}
		return debt, nil
	}
}

// resulted is a row of the result.
type resulted struct {
	at, line                  int // where it is, and of which line of the list it speaks
	id, amount, cleared, left string
}

type results struct{ table *csv.Reader }

func openResult(r io.Reader) (*results, error) {
	table := csv.NewReader(bufio.NewReaderSize(r, 1<<16))
	table.FieldsPerRecord = 5
	header, err := table.Read()
	if err != nil {
		return nil, unreadable(FileResult, 1, "%v", err)
	}
	if wanted := []string{"line", "id", "amount", "cleared", "left"}; !slices.Equal(header, wanted) {
		return nil, unreadable(FileResult, 1, "the first line is not %s", strings.Join(wanted, ","))
	}
	table.ReuseRecord = true
	return &results{table}, nil
}

func (r *results) next() (resulted, error) {
	record, err := r.table.Read()
	var syntax *csv.ParseError
	if errors.As(err, &syntax) {
		return resulted{}, unreadable(FileResult, syntax.StartLine, "%v", syntax.Err)
	}
	if err != nil {
		return resulted{}, err
	}
	at, _ := r.table.FieldPos(0)
	line, err := strconv.Atoi(record[0])
	if err != nil {
		return resulted{}, fault(FileResult, at, "line is %q, which is no number", record[0])
	}
	return resulted{at: at, line: line, id: record[1], amount: record[2], cleared: record[3], left: record[4]}, nil
}
