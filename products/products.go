// Package products holds the product files that come with the program: the eleven techniques, each with its page in
// doc/products. They are proposed and approved like any other before they are used.
package products

import (
	"embed"
	"io/fs"
	"slices"
	"strings"
)

//go:embed *.yaml
var files embed.FS

// Names lists the products in the order of the alphabet, as their files are called without the ending.
func Names() []string {
	found, err := fs.Glob(files, "*.yaml")
	if err != nil {
		panic("products: " + err.Error())
	}
	for i := range found {
		found[i] = strings.TrimSuffix(found[i], ".yaml")
	}
	slices.Sort(found)
	return found
}

// File gives the text of a product; ok is false where there is none of that name.
func File(name string) (content []byte, ok bool) {
	content, err := files.ReadFile(name + ".yaml")
	return content, err == nil
}
