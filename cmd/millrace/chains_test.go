package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// apart are the chains whose documents don't come into one trade, since a number alone does not make a deal: the parties
// have to be the same.
var apart = map[string]string{
	"oasis-tcs-ubl AEG012345":      "the international form of the order is between other parties",
	"phive-oioubl COMPAY_04_04_00": "another company bills than the one that was given the order",
	"phive-peppol inv:Snippet1":    "credit note and invoice are examples from different countries, with the same number",
	"poacc-upgrade-3 1":            "examples of different use cases, with other identifiers of the parties",
	"poacc-upgrade-3 5":            "likewise",
}

// The documents of every chain that refer to one another by their numbers come into one trade.
func TestTheSharedChainsComeIntoOneTradeEach(t *testing.T) {
	bytes, err := os.ReadFile(shared(t, "data/trade/chains.json"))
	if err != nil {
		t.Fatal(err)
	}
	var chains []struct {
		Source, Key string
		Docs        []struct{ Doc, Path string }
		Linked      bool `json:"linked_by_ids"`
	}
	if err := json.Unmarshal(bytes, &chains); err != nil {
		t.Fatal(err)
	}
	o := must(t, 2, "ingest", "--json", shared(t, "data/trade/valid"))
	trades, into := map[string]string{}, map[string]string{}
	for line := range strings.Lines(o.stdout) {
		var r fileResult
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		_, path, _ := strings.Cut(filepath.ToSlash(r.File), "/data/trade/")
		if r.Status == "accepted" || r.Status == "duplicate" {
			trades[path] = r.Trade
		}
		for _, from := range r.Merged {
			into[from] = r.Trade
		}
	}
	whole := 0
	for _, chain := range chains {
		of := ""
		for _, d := range chain.Docs {
			found := trades[d.Path]
			for into[found] != "" {
				found = into[found]
			}
			if found == "" || !chain.Linked {
				continue
			}
			if of != "" && of != found {
				if apart[chain.Source+" "+chain.Key] == "" {
					t.Errorf("%s %s: %s is in %s, others in %s", chain.Source, chain.Key, d.Path, found, of)
				}
				of = ""
				break
			}
			of = found
		}
		if of != "" {
			whole++
		}
	}
	if whole != len(chains)-len(apart) {
		t.Errorf("%d of %d chains are whole, %d are known to be apart", whole, len(chains), len(apart))
	}
}
