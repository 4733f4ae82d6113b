package edgelist

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/big"

	"millrace/domain/clearing"
)

// The forms of a certificate, which doc/CLEARING.md tells field by field: the second one says who may draw and keep cash.
const (
	CertificateFormat         = "millrace-clearing-certificate/1"
	CertificateFormatWithCaps = "millrace-clearing-certificate/2"
)

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

	Caps     []CertificateCap `json:"-"` // of the firms that may draw cash; nil where each may draw all of it
	PassesOn []string         `json:"-"` // firms that can't be left with cash; nil for none
}

// CertificateCap is the most cash that a firm may draw.
type CertificateCap struct{ Firm, Most string }

// Certify fills in what list and verdict tell.
func (c *Certificate) Certify(l *List, cash *clearing.Liquidity, result *clearing.Result, verdict clearing.Verdict) {
	c.Format, c.Scale, c.Firms, c.Debts = CertificateFormat, l.Scale, l.Firms(), len(l.Debts)
	c.Debt, c.Cleared = FormatAmount(l.Owed, l.Scale), FormatAmount(verdict.Cleared, l.Scale)
	c.Bound, c.Optimal = FormatBound(verdict.Bound, l.Scale), verdict.Optimal()
	if cash != nil {
		c.Liquidity, c.Cash, c.Price = FormatAmount(cash.Total, l.Scale), FormatAmount(verdict.Cash, l.Scale), result.Price
		c.limit(l, cash)
	}
}

// limit fills in who may draw and keep cash, where not everybody may.
func (c *Certificate) limit(l *List, cash *clearing.Liquidity) {
	if cash.Caps != nil {
		c.Format, c.Caps = CertificateFormatWithCaps, []CertificateCap{}
	}
	for firm, most := range cash.Caps {
		if most > 0 {
			c.Caps = append(c.Caps, CertificateCap{l.Firm(firm), FormatAmount(most, l.Scale)})
		}
	}
	for firm, shut := range cash.Shut {
		if shut {
			c.Format, c.PassesOn = CertificateFormatWithCaps, append(c.PassesOn, l.Firm(firm))
		}
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
	if c.Caps != nil {
		if err := writeRows(out, "caps", len(c.Caps), func(i int) (string, string) { return c.Caps[i].Firm, `, "` + c.Caps[i].Most + `"` }); err != nil {
			return err
		}
	}
	if c.PassesOn != nil {
		if err := writeRows(out, "passes_on", len(c.PassesOn), func(i int) (string, string) { return c.PassesOn[i], "" }); err != nil {
			return err
		}
	}
	if err := writeRows(out, "potentials", len(potentials), func(i int) (string, string) { return l.Firm(i), fmt.Sprintf(", %d", potentials[i]) }); err != nil {
		return err
	}
	fmt.Fprint(out, "\n}\n")
	return out.Flush()
}

// writeRows writes a field with a list for each firm, its name and what follows that, a line each.
func writeRows(out *bufio.Writer, field string, count int, row func(int) (firm, after string)) error {
	fmt.Fprintf(out, ",\n\t%q: [", field)
	for i := range count {
		firm, after := row(i)
		name, err := json.Marshal(firm)
		if err != nil {
			return err
		}
		mark := ","
		if i == 0 {
			mark = ""
		}
		if _, err := fmt.Fprintf(out, "%s\n\t\t[%s%s]", mark, name, after); err != nil {
			return err
		}
	}
	_, err := fmt.Fprint(out, "\n\t]")
	return err
}
