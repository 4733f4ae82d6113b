// Command generate writes the example documents, cast.json and README.md into
// the folder that it is given.
//
// Usage: go run ./examples/generate examples
package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"text/template"
)

//go:embed readme.tmpl
var readmeTemplate string

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: generate FOLDER")
		os.Exit(2)
	}
	if err := generate(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// generate replaces trade/, broken/, cast.json and README.md in folder.
func generate(folder string) error {
	for _, old := range []string{"trade", "broken"} {
		if err := os.RemoveAll(filepath.Join(folder, old)); err != nil {
			return err
		}
	}
	made, err := files()
	if err != nil {
		return err
	}
	for name, content := range made {
		target := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(target, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// files gives the content of every generated file by its path.
func files() (map[string][]byte, error) {
	made := map[string][]byte{}
	listed := cast{Currency: currency, Parties: append(append([]*party{}, traders...), institutions...)}
	for i := range chains {
		listed.Chains = append(listed.Chains, chainFiles(&chains[i], made))
	}
	listed.Chains = append(listed.Chains, resent(made), renumbered(made))

	encoded, err := json.MarshalIndent(listed, "", "  ")
	if err != nil {
		return nil, err
	}
	made["cast.json"] = append(encoded, '\n')

	broken := brokenFiles()
	for _, file := range broken {
		made["broken/"+file.Name] = file.bytes
	}
	page, err := template.New("README.md").Parse(readmeTemplate)
	if err != nil {
		return nil, err
	}
	var readme bytes.Buffer
	err = page.Execute(&readme, struct {
		cast
		Broken []brokenFile
	}{listed, broken})
	made["README.md"] = readme.Bytes()
	return made, err
}

// cast is cast.json. Its field names are a contract with the demonstration.
type cast struct {
	Currency string        `json:"currency"`
	Parties  []*party      `json:"parties"`
	Chains   []listedChain `json:"chains"`
}

type listedChain struct {
	Folder      string       `json:"folder"`
	Special     string       `json:"special"`
	About       string       `json:"about"`
	Seller      string       `json:"seller"` // keys of parties
	Buyer       string       `json:"buyer"`
	Order       string       `json:"order"`
	Files       []string     `json:"files"` // in the order of exchange
	Invoices    []listedBill `json:"invoices"`
	CreditNotes []listedBill `json:"credit_notes,omitempty"`
	Repeats     string       `json:"repeats,omitempty"` // the folder whose invoice comes again
}

type listedBill struct {
	Number       string `json:"number"`
	File         string `json:"file"`
	IssueDate    string `json:"issue_date"`
	DueDate      string `json:"due_date,omitempty"`
	Payable      string `json:"payable"` // with two decimals
	PayableCents int64  `json:"payable_cents"`
}

func bill(file string, as numbering, amount cents) listedBill {
	return listedBill{as.number, file, as.date, as.due, amount.String(), int64(amount)}
}

// chainFiles adds the documents of a chain to made and lists them.
func chainFiles(c *chain, made map[string][]byte) listedChain {
	listed := listedChain{
		Folder: c.folder, Special: c.special, About: c.about,
		Seller: c.seller.Key, Buyer: c.buyer.Key, Order: c.order,
	}
	add := func(kind string, root *element) string {
		file := strconv.Itoa(len(listed.Files)+1) + "-" + kind + ".xml"
		listed.Files = append(listed.Files, file)
		made[path.Join("trade", c.folder, file)] = root.encode()
		return file
	}
	add("order", orderDocument(c))
	if c.response != "" {
		add("response", responseDocument(c))
	}
	for at := range c.deliveries {
		add("despatch", c.despatchDocument(at))
		add("receipt", c.receiptDocument(at))
		file := add("invoice", c.invoiceDocument(at, c.numbering(at)))
		listed.Invoices = append(listed.Invoices, bill(file, c.numbering(at), c.payable(at)))
	}
	if c.credit != nil {
		file := add("credit-note", c.creditNoteDocument())
		listed.CreditNotes = append(listed.CreditNotes,
			bill(file, numbering{number: c.credit.number, date: c.credit.date}, c.credited()))
	}
	return listed
}

func resent(made map[string][]byte) listedChain {
	c := chainOf(resentFrom)
	made[path.Join("trade", resentFolder, resentFile)] = c.invoiceDocument(0, c.numbering(0)).encode()
	return repeat(c, resentFolder, "resent", "the invoice of "+resentFrom+" again, byte for byte", resentFile, c.numbering(0))
}

func renumbered(made map[string][]byte) listedChain {
	c := chainOf(renumberedFrom)
	as := c.numbering(0)
	as.number, as.date = renumberedInvoice, renumberedDate
	made[path.Join("trade", renumberedFolder, renumberedFile)] = c.invoiceDocument(0, as).encode()
	return repeat(c, renumberedFolder, "renumbered",
		"the invoice of "+renumberedFrom+" again, under another number and a day later", renumberedFile, as)
}

func repeat(c *chain, folder, special, about, file string, as numbering) listedChain {
	return listedChain{
		Folder: folder, Special: special, About: about, Repeats: c.folder,
		Seller: c.seller.Key, Buyer: c.buyer.Key, Order: c.order,
		Files: []string{file}, Invoices: []listedBill{bill(file, as, c.payable(0))},
	}
}

func chainOf(folder string) *chain {
	for i := range chains {
		if chains[i].folder == folder {
			return &chains[i]
		}
	}
	panic("examples: no chain " + folder)
}
