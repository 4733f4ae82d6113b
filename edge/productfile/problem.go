package productfile

import (
	"fmt"
	"slices"
	"strings"

	"millrace/domain/product"
	"millrace/edge/policy"
)

// Problem is one thing that is wrong with a file.
type Problem struct {
	Line   int    `json:"line"` // from 1
	Column int    `json:"column"`
	Path   string `json:"path"` // "pricing.fees[1].rate"; "" for the file as a whole
	Code   string `json:"code"`
	Reason string `json:"reason"`
}

// String prints "12:7 pricing.fees[1].rate: reason [code]".
func (p Problem) String() string {
	where := p.Path
	if where != "" {
		where += ": "
	}
	return fmt.Sprintf("%d:%d %s%s [%s]", p.Line, p.Column, where, p.Reason, p.Code)
}

// Entry explains one code.
type Entry struct {
	Code    string
	Meaning string
}

// Catalogue lists every code that Read can give, in the order in which a reader meets them.
var Catalogue = []Entry{
	{"too_large", "the file has more bytes than a product may have"},
	{"not_text", "the bytes are not UTF-8 text"},
	{"empty_file", "there is nothing in the file"},
	{"yaml_syntax", "the text is not YAML"},
	{"several_documents", "one file is one product"},
	{"anchor", "anchors, aliases and merge keys let a reviewer see less than a machine does"},
	{"tag", "a tag says of what type a value is; the format says that already"},
	{"key_not_text", "a key is a plain word"},
	{"duplicate_key", "a key stands twice, and only one of them could count"},
	{"unknown_key", "the format does not know the key; the nearest that it knows is named"},
	{"missing", "a key that must be there is not"},
	{"empty", "a key without a value"},
	{"not_an_object", "keys and values are wanted"},
	{"not_a_list", "a list is wanted"},
	{"not_a_value", "one value is wanted, and keys or a list stand there"},
	{"not_a_choice", "the word is none of those that may stand there"},
	{"not_a_percentage", "a percentage is written as 4.35 %, with at most four digits after the point"},
	{"not_an_amount", "an amount is written as 25.00, without currency and grouping, and with no more digits than its currency has"},
	{"not_a_number", "a whole number is wanted"},
	{"not_a_currency", "a currency is a code of ISO 4217"},
	{"out_of_range", "a number, a text or a list is smaller or larger than may be"},
	{"repeated_item", "the same word stands twice in a list"},
	{product.DefectRange, "a term lies outside its bounds"},
	{product.DefectContradiction, "two terms can't both hold"},
	{product.DefectTechnique, "the terms are not those of the technique that the file names"},
	{product.DefectLinkMissing, "a link that may never be dropped is missing"},
	{product.DefectLinkBypassed, "a link has a way round it"},
	{product.DefectLinkWeakened, "a link asks for less than it must"},
	{product.DefectMarginHole, "the margin table leaves a grade or tenor without a margin, or its rows are out of order"},
	{product.DefectFee, "a fee can't be reckoned"},
	{product.DefectWaterfall, "the waterfall leaves a tier out, has one too many, or does not end with the seller"},
}

// policyPrefix stands before the codes of package policy, which come after those above.
const policyPrefix = "text."

func init() {
	for _, code := range policy.Codes {
		Catalogue = append(Catalogue, Entry{policyPrefix + code.Code, code.Sentence})
	}
}

// byPlace sorts problems by line and column; one of several at the same place that came first stays first.
func byPlace(problems []Problem) {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
}

// nearest finds the known word at the smallest edit distance; "" where none is near.
func nearest(word string, known []string) string {
	best, distance := "", max(1, len(word)/2)+1
	for _, candidate := range known {
		if candidate == "" {
			continue
		}
		if d := editDistance(strings.ToLower(word), candidate); d < distance {
			best, distance = candidate, d
		}
	}
	return best
}

// editDistance counts insertions, deletions and replacements of bytes.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
