package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"millrace/domain/product"
	"millrace/edge/productfile"
	"millrace/products"
)

// productCommand works on product files. It needs no node.
type productCommand struct {
	Check  productCheckCommand  `cmd:"" help:"Check product files: every error at once, by line and column. Exit 0 or 2."`
	List   productListCommand   `cmd:"" help:"List the products that come with the program."`
	Show   productShowCommand   `cmd:"" help:"Print a product that comes with the program."`
	Schema productSchemaCommand `cmd:"" help:"Print the JSON Schema of a product file."`
}

type productCheckCommand struct {
	JSON bool     `help:"Print one object a file."`
	File []string `arg:"" help:"Product files (YAML), - for standard input." type:"path"`
}

// checkedFile is what is printed of one file.
type checkedFile struct {
	File      string                `json:"file"`
	Product   string                `json:"product,omitempty"` // its name, where it can be proposed
	Technique string                `json:"technique,omitempty"`
	Errors    []productfile.Problem `json:"errors"`
}

// Run checks every file, and fails where one of them is wrong.
func (c *productCheckCommand) Run() error {
	wrong := 0
	out := newLines(os.Stdout)
	for _, name := range c.File {
		content, err := contentOf(name)
		if err != nil {
			return usage{err}
		}
		terms, problems := productfile.Read(content)
		wrong += min(1, len(problems))
		if c.JSON {
			checked := checkedFile{File: name, Product: terms.Name, Technique: terms.Technique, Errors: problems}
			if problems == nil {
				checked.Errors = []productfile.Problem{}
			}
			if err := out.write(checked); err != nil {
				return err
			}
			continue
		}
		for _, p := range problems {
			fmt.Printf("%s:%s\n", name, p)
		}
		if len(problems) == 0 {
			fmt.Printf("%s: %s can be proposed\n", name, terms.Name)
		}
	}
	if wrong > 0 {
		return usage{fmt.Errorf("%d of %d product files are wrong", wrong, len(c.File))}
	}
	return nil
}

// contentOf reads a file, or standard input for "-", as far as it must to see that it is too large.
func contentOf(name string) ([]byte, error) {
	in := io.Reader(os.Stdin)
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		in = file
	}
	return io.ReadAll(io.LimitReader(in, productfile.BytesMax+1))
}

type productListCommand struct {
	JSON bool `help:"Print one object a product."`
}

// Run lists the products.
func (c *productListCommand) Run() error {
	out := newLines(os.Stdout)
	for _, name := range products.Names() {
		terms, err := comesWith(name)
		if err != nil {
			return err
		}
		if c.JSON {
			err = out.write(map[string]string{"name": name, "product": terms.Name, "technique": terms.Technique})
		} else {
			_, err = fmt.Printf("%-30s %s\n", name, terms.Name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// comesWith reads a product that comes with the program.
func comesWith(name string) (product.Terms, error) {
	content, ok := products.File(name)
	if !ok {
		return product.Terms{}, fmt.Errorf("no product %s comes with the program; there are %s", name, strings.Join(products.Names(), ", "))
	}
	terms, problems := productfile.Read(content)
	if len(problems) > 0 {
		return product.Terms{}, fmt.Errorf("%s.yaml:%s", name, problems[0])
	}
	return terms, nil
}

type productShowCommand struct {
	Name string `arg:"" help:"As listed."`
}

// Run prints the file.
func (c *productShowCommand) Run() error {
	if _, err := comesWith(c.Name); err != nil {
		return usage{err}
	}
	content, _ := products.File(c.Name)
	_, err := os.Stdout.Write(content)
	return err
}

type productSchemaCommand struct{}

// Run prints the schema.
func (*productSchemaCommand) Run() error {
	_, err := os.Stdout.Write(productfile.Schema())
	return err
}

// productNamed reads a product file, or one that comes with the program where there is no such file.
func productNamed(name string) (product.Terms, error) {
	content, err := contentOf(name)
	if errors.Is(err, os.ErrNotExist) && slices.Contains(products.Names(), name) {
		return comesWith(name)
	}
	if err != nil {
		return product.Terms{}, err
	}
	terms, problems := productfile.Read(content)
	if len(problems) > 0 {
		var lines []string
		for _, p := range problems {
			lines = append(lines, name+":"+p.String())
		}
		return product.Terms{}, errors.New(strings.Join(lines, "\n"))
	}
	return terms, nil
}
