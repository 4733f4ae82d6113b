package edgelist

import (
	"bufio"
	"bytes"
	"io"
	"strconv"

	"millrace/domain/money"
)

// ResultHeader is the first line of a result.
const ResultHeader = "line,id,amount,cleared,left"

// WriteResult writes a row for each debt in the list's order: its line, its id if it has one, its amount, how much of it is cleared,
// and what is left.
func (l *List) WriteResult(w io.Writer, cleared []money.Minor) error {
	out := bufio.NewWriterSize(w, 1<<16)
	row := append([]byte(ResultHeader), '\n')
	for i, debt := range l.Debts {
		if _, err := out.Write(row); err != nil {
			return err
		}
		row = strconv.AppendUint(row[:0], uint64(l.lines.at(i)), 10)
		row = appendField(append(row, ','), l.id(i))
		for _, amount := range [...]money.Minor{debt.Amount, cleared[i], debt.Amount - cleared[i]} {
			row = AppendAmount(append(row, ','), amount, l.Scale)
		}
		row = append(row, '\n')
	}
	if _, err := out.Write(row); err != nil {
		return err
	}
	return out.Flush()
}

// appendField quotes a field where it has to be.
func appendField(b, text []byte) []byte {
	if !bytes.ContainsAny(text, ",\"\n") && (len(text) == 0 || text[0] != '#') {
		return append(b, text...)
	}
	b = append(b, '"')
	for _, c := range text {
		if c == '"' {
			b = append(b, '"')
		}
		b = append(b, c)
	}
	return append(b, '"')
}
