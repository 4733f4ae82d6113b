package edgelist

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strconv"
)

// column is what a column of a table holds.
type column uint8

const (
	columnIgnored column = iota
	columnDebtor
	columnCreditor
	columnAmount
	columnDue
	columnID
	columnCurrency
)

// recordLinesMax bounds the lines of one record, which is read again with each.
const recordLinesMax = 100

var columnNames = [...]string{columnDebtor: "debtor", columnCreditor: "creditor", columnAmount: "amount", columnDue: "due", columnID: "id",
	columnCurrency: "currency"}

// separator is what parts the fields of a first line: a comma, a semicolon or, where the line names a column, a tab; 0 for plain lines.
func separator(line []byte) byte {
	if comma, semicolon := bytes.Count(line, []byte{','}), bytes.Count(line, []byte{';'}); comma+semicolon > 0 {
		if semicolon > comma {
			return ';'
		}
		return ','
	}
	if bytes.Contains(bytes.ToLower(line), []byte("debtor")) {
		return '\t'
	}
	return 0
}

// header finds the columns by their names, in whatever order and case.
func (r *reader) header(line []byte) bool {
	fields, open, ok := r.split(line)
	if open || !ok {
		r.wrong(CodeQuote, "", line)
		return false
	}
	for _, field := range fields {
		at := slices.Index(columnNames[1:], string(bytes.ToLower(field))) + 1
		if at > 0 && slices.Contains(r.columns, column(at)) {
			r.wrong(CodeColumnTwice, "", field)
			return false
		}
		if at == 0 {
			r.list.Ignored = append(r.list.Ignored, string(field))
		}
		r.columns = append(r.columns, column(at))
	}
	r.named, r.priced = slices.Contains(r.columns, columnID), slices.Contains(r.columns, columnCurrency)
	for _, needed := range []column{columnDebtor, columnCreditor, columnAmount} {
		if !slices.Contains(r.columns, needed) {
			r.wrong(CodeHeader, "", []byte(columnNames[needed]))
			return false
		}
	}
	return true
}

// record reads one debt of a table; a quoted field may go over several lines.
func (r *reader) record(line []byte) error {
	fields, open, ok := r.split(line)
	if open {
		r.joined = append(r.joined[:0], line...)
	}
	for open {
		more, err := r.next()
		if errors.Is(err, io.EOF) || len(r.joined)+len(more) >= lineBytesMax || r.line-r.begin >= recordLinesMax {
			r.wrong(CodeQuote, "", nil)
			return errEnough
		}
		if err != nil {
			return err
		}
		r.joined = append(append(r.joined, '\n'), more...)
		fields, open, ok = r.split(r.joined)
	}
	if !ok {
		r.wrong(CodeQuote, "", nil)
		return nil
	}
	if len(fields) != len(r.columns) {
		r.wrong(CodeFieldCount, "", strconv.AppendInt(nil, int64(len(fields)), 10))
		return nil
	}
	var w row
	places := [...]*[]byte{columnDebtor: &w.debtor, columnCreditor: &w.creditor, columnAmount: &w.amount, columnDue: &w.due, columnID: &w.id,
		columnCurrency: &w.currency}
	for i, c := range r.columns {
		if c != columnIgnored {
			*places[c] = fields[i]
		}
	}
	r.debt(w)
	return nil
}

// split parts a record at its separators and takes quotation marks off, as RFC 4180 has it; blanks around a text don't count. The
// fields hold until the next record. It tells whether a quotation mark is still open, and whether each stands where it may.
func (r *reader) split(record []byte) (fields [][]byte, open, ok bool) {
	r.fields = r.fields[:0]
	if bytes.IndexByte(record, '"') < 0 {
		for {
			end := bytes.IndexByte(record, r.comma)
			if end < 0 {
				r.fields = append(r.fields, bytes.TrimSpace(record))
				return r.fields, false, true
			}
			r.fields = append(r.fields, bytes.TrimSpace(record[:end]))
			record = record[end+1:]
		}
	}
	r.unquote = slices.Grow(r.unquote[:0], len(record)) // so that what the fields point to never moves
	for {
		if len(record) == 0 || record[0] != '"' {
			end := bytes.IndexByte(record, r.comma)
			last := end < 0
			if last {
				end = len(record)
			}
			if bytes.IndexByte(record[:end], '"') >= 0 {
				return nil, false, false
			}
			r.fields = append(r.fields, bytes.TrimSpace(record[:end]))
			if last {
				return r.fields, false, true
			}
			record = record[end+1:]
			continue
		}
		rest, closed := r.quoted(record[1:])
		if !closed {
			return nil, true, true
		}
		if len(rest) == 0 {
			return r.fields, false, true
		}
		if rest[0] != r.comma {
			return nil, false, false
		}
		record = rest[1:]
	}
}

// quoted takes a field up to its closing mark and gives what follows.
func (r *reader) quoted(record []byte) (rest []byte, closed bool) {
	begin := len(r.unquote)
	for {
		end := bytes.IndexByte(record, '"')
		if end < 0 {
			return nil, false
		}
		r.unquote = append(r.unquote, record[:end]...)
		record = record[end+1:]
		if len(record) == 0 || record[0] != '"' {
			r.fields = append(r.fields, bytes.TrimSpace(r.unquote[begin:]))
			return record, true
		}
		r.unquote = append(r.unquote, '"')
		record = record[1:]
	}
}
