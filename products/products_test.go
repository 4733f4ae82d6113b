package products_test

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"millrace/domain/product"
	"millrace/edge/productfile"
	"millrace/products"
)

var update = flag.Bool("update", false, "write the files anew")

// read gives the terms of a product that comes with the program.
func read(t *testing.T, name string) product.Terms {
	t.Helper()
	content, ok := products.File(name)
	if !ok {
		t.Fatalf("there is no product %s", name)
	}
	terms, problems := productfile.Read(content)
	for _, p := range problems {
		t.Errorf("%s.yaml:%s", name, p)
	}
	if len(problems) > 0 {
		t.FailNow()
	}
	return terms
}

func TestElevenTechniques(t *testing.T) {
	techniques := map[string]string{}
	for _, name := range products.Names() {
		terms := read(t, name)
		if other := techniques[terms.Technique]; other != "" {
			t.Errorf("%s and %s are both %s", name, other, terms.Technique)
		}
		techniques[terms.Technique] = name
		content, _ := products.File(name)
		if canonical := productfile.Write(&terms); !bytes.Equal(content, canonical) {
			if !*update {
				t.Errorf("%s.yaml is not written as Write does; run with -update", name)
			} else if err := os.WriteFile(name+".yaml", canonical, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, technique := range product.Techniques {
		if techniques[technique] == "" {
			t.Errorf("no product is %s", technique)
		}
	}
}
