package productfile

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"millrace/domain/product"
)

// Difference is one place at which two products differ, as their files write it; a side that says nothing there is "".
type Difference struct{ Path, Before, After string }

// Compare gives the places at which two products of the full form differ, in the order of the file: first those that the first one has, then
// those that only the second one has. Entries of a list are known by their names.
func Compare(before, after *product.Terms) []Difference {
	first, second := placesOf(before), placesOf(after)
	values := map[string]string{}
	for _, p := range second {
		values[p.path] = p.value
	}
	known := map[string]bool{}
	var differ []Difference
	for _, p := range first {
		known[p.path] = true
		if value := values[p.path]; value != p.value {
			differ = append(differ, Difference{p.path, p.value, value})
		}
	}
	for _, p := range second {
		if !known[p.path] {
			differ = append(differ, Difference{p.path, "", p.value})
		}
	}
	return differ
}

// place is what a file says at one place.
type place struct{ path, value string }

func placesOf(t *product.Terms) []place {
	var root yaml.Node
	if err := yaml.Unmarshal(Write(t), &root); err != nil {
		panic("productfile: what was written can't be read: " + err.Error())
	}
	var places []place
	flatten(&places, "", root.Content[0])
	return places
}

// flatten walks a file in its order. A list of words is one place, a list of objects one place for each of their keys.
func flatten(into *[]place, path string, node *yaml.Node) {
	switch node.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			flatten(into, strings.TrimPrefix(path+"."+node.Content[i].Value, "."), node.Content[i+1])
		}
	case yaml.SequenceNode:
		var words []string
		for i, item := range node.Content {
			if item.Kind == yaml.ScalarNode {
				words = append(words, item.Value)
				continue
			}
			flatten(into, path+"["+nameIn(item, i)+"]", item)
		}
		if words != nil || len(node.Content) == 0 {
			*into = append(*into, place{path, strings.Join(words, ", ")})
		}
	default:
		*into = append(*into, place{path, node.Value})
	}
}

// nameIn is the name of an entry of a list, else its place from 1.
func nameIn(item *yaml.Node, index int) string {
	for i := 0; item.Kind == yaml.MappingNode && i+1 < len(item.Content); i += 2 {
		if item.Content[i].Value == "name" {
			return item.Content[i+1].Value
		}
	}
	return fmt.Sprint(index + 1)
}
