package edgelist

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/big"

	"millrace/domain/clearing"
)

// CertificateFormat names the form of a certificate, which doc/CLEARING.md tells field by field.
const CertificateFormat = "millrace-clearing-certificate/1"

// Certificate is what lets anybody verify a result who has the list. Amounts are decimal numbers of the list's scale.
type Certificate struct {
	Format  string `json:"format"`
	Program string `json:"program"`
	Input   string `json:"input_sha256"` // of the file's bytes as they lie there, in hexadecimal digits
	Rule    string `json:"rule"`
	Scale   int    `json:"scale"`
	Firms   int    `json:"firms"`
	Debts   int    `json:"debts"`
	Debt    string `json:"debt"`
	Cleared string `json:"cleared"`
	Bound   string `json:"bound"`
	Optimal bool   `json:"optimal"`

	Liquidity string `json:"liquidity,omitempty"` // cash that might be put in
	Cash      string `json:"cash,omitempty"`      // cash that is
	Price     int32  `json:"price,omitempty"`     // debt that one more unit of cash would clear
}

// Certify fills in what list and verdict tell.
func (c *Certificate) Certify(l *List, cash *clearing.Liquidity, result *clearing.Result, verdict clearing.Verdict) {
	c.Format, c.Scale, c.Firms, c.Debts = CertificateFormat, l.Scale, l.Firms(), len(l.Debts)
	c.Debt, c.Cleared = FormatAmount(l.Owed, l.Scale), FormatAmount(verdict.Cleared, l.Scale)
	c.Bound, c.Optimal = FormatBound(verdict.Bound, l.Scale), verdict.Optimal()
	if cash != nil {
		c.Liquidity, c.Cash, c.Price = FormatAmount(cash.Total, l.Scale), FormatAmount(verdict.Cash, l.Scale), result.Price
	}
}

// WholeBound is a bound as a whole number of minor units.
func WholeBound(bound clearing.Bound) *big.Int {
	whole := new(big.Int).Lsh(new(big.Int).SetUint64(bound.High), 64)
	return whole.Or(whole, new(big.Int).SetUint64(bound.Low))
}

// FormatBound is a bound as a number with so many decimals.
func FormatBound(bound clearing.Bound, scale int) string {
	digits := bound.String()
	if scale == 0 {
		return digits
	}
	for len(digits) <= scale {
		digits = "0" + digits
	}
	return digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
}

// WriteCertificate writes the certificate with the potentials: a line for each firm, its name and its number.
func (l *List) WriteCertificate(w io.Writer, c Certificate, potentials []int32) error {
	head, err := json.MarshalIndent(c, "", "\t")
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 1<<16)
	if _, err := out.Write(head[:len(head)-len("\n}")]); err != nil {
		return err
	}
	fmt.Fprint(out, ",\n\t\"potentials\": [")
	for firm, potential := range potentials {
		name, err := json.Marshal(l.Firm(firm))
		if err != nil {
			return err
		}
		mark := ","
		if firm == 0 {
			mark = ""
		}
		if _, err := fmt.Fprintf(out, "%s\n\t\t[%s, %d]", mark, name, potential); err != nil {
			return err
		}
	}
	fmt.Fprint(out, "\n\t]\n}\n")
	return out.Flush()
}
