package locale

import "strings"

// irregular are codes whose English is not their own words.
var irregular = map[string]string{
	"ifrs": "IFRS", "prc gaap": "PRC GAAP", "local gaap": "local GAAP", "us gaap": "US GAAP",
	"long term debt": "long-term debt", "short term debt": "short-term debt",
	"debt to ebitda": "debt to EBITDA", "net debt to ebitda": "net debt to EBITDA", "ebitda interest coverage": "EBITDA interest coverage",
	"nothing fits": "nothing open fits it", "several fit": "several sets fit it", "match needs person": "a person has to confirm what it is for",
	"party differs": "the payer is another party",
}

// spans end the names of facts that are counted over some months.
var spans = []struct{ short, long string }{{" 12m", ", 12 months"}, {" 3m", ", 3 months"}}

// inEnglish says a code's words as a person would.
func inEnglish(text string) string {
	if said, known := irregular[text]; known {
		return said
	}
	for _, span := range spans {
		if name, has := strings.CutSuffix(text, span.short); has {
			return name + span.long
		}
	}
	return text
}
