package observation

import (
	"net/url"
	"strings"

	"millrace/edge/document"
)

// The schemes of identifiers, as ISO 6523 and GS1 name them.
const (
	SchemeGLN  = "0088"
	SchemeGTIN = "0160"
	SchemeSSCC = "SSCC"
	SchemeURI  = "URI"
)

// checkDigit gives the last digit of a GS1 number from those before it: weights 3 and 1 in turn from the right, and what is
// missing to the next multiple of ten (GS1 General Specifications, section 7.9).
func checkDigit(digits string) string {
	sum := 0
	for i := range len(digits) {
		weight := 3 - 2*(i%2)
		sum += weight * int(digits[len(digits)-1-i]-'0')
	}
	return string(rune('0' + (10-sum%10)%10))
}

func isDigits(text string, length int) bool {
	return len(text) == length && strings.Trim(text, "0123456789") == ""
}

// Party reads the URI of a party or place: an EPC of scheme pgln or sgln, or a GS1 Digital Link with application identifier
// 417 or 414. What is none of these is an identifier of its own.
func Party(uri string) document.Identifier {
	if gln := globalLocationNumber(uri); gln != "" {
		return document.Identifier{Kind: document.IdentifierParty, Scheme: SchemeGLN, Value: gln}
	}
	return document.Identifier{Kind: document.IdentifierParty, Scheme: SchemeURI, Value: uri}
}

// Place is Party for a location: a part of a place that an extension tells apart is a place of its own.
func Place(uri string) document.Identifier {
	if uri == "" {
		return document.Identifier{}
	}
	gln := globalLocationNumber(uri)
	if gln == "" {
		return document.Identifier{Scheme: SchemeURI, Value: uri}
	}
	extension := linked(uri, "254")
	if parts := strings.Split(strings.TrimPrefix(uri, "urn:epc:id:sgln:"), "."); strings.HasPrefix(uri, "urn:epc:id:sgln:") && len(parts) == 3 && parts[2] != "0" {
		extension = parts[2]
	}
	if extension != "" {
		gln += " " + unescape(extension)
	}
	return document.Identifier{Scheme: SchemeGLN, Value: gln}
}

func globalLocationNumber(uri string) string {
	for _, scheme := range []string{"urn:epc:id:pgln:", "urn:epc:id:sgln:"} {
		if body, found := strings.CutPrefix(uri, scheme); found {
			parts := strings.Split(body, ".")
			if len(parts) >= 2 && isDigits(parts[0]+parts[1], 12) {
				return parts[0] + parts[1] + checkDigit(parts[0]+parts[1])
			}
		}
	}
	for _, application := range []string{"417", "414"} {
		if gln := linked(uri, application); isDigits(gln, 13) && checkDigit(gln[:12]) == gln[12:] {
			return gln
		}
	}
	return ""
}

// Item reads the URI of an object or a class of objects: its trade item where it has one, else a logistic unit, else an
// identifier of its own. Serial and lot are left aside: they tell apart what is of one kind.
func Item(uri string) document.Item {
	if gtin := tradeItem(uri); gtin != "" {
		return document.Item{Standard: document.Identifier{Scheme: SchemeGTIN, Value: gtin}}
	}
	if body, found := strings.CutPrefix(uri, "urn:epc:id:sscc:"); found {
		// The serial reference begins with the extension digit, which stands before the company's prefix in the number.
		if prefix, serial, _ := strings.Cut(body, "."); isDigits(prefix+serial, 17) && serial != "" {
			sscc := serial[:1] + prefix + serial[1:]
			return document.Item{Standard: document.Identifier{Scheme: SchemeSSCC, Value: sscc + checkDigit(sscc)}}
		}
	}
	if sscc := linked(uri, "00"); isDigits(sscc, 18) && checkDigit(sscc[:17]) == sscc[17:] {
		return document.Item{Standard: document.Identifier{Scheme: SchemeSSCC, Value: sscc}}
	}
	return document.Item{Standard: document.Identifier{Scheme: SchemeURI, Value: uri}}
}

func tradeItem(uri string) string {
	for _, scheme := range []string{"urn:epc:id:sgtin:", "urn:epc:idpat:sgtin:", "urn:epc:class:lgtin:"} {
		if body, found := strings.CutPrefix(uri, scheme); found {
			// The item reference begins with the indicator digit, which stands before the company's prefix in the number.
			parts := strings.Split(body, ".")
			if len(parts) >= 2 && isDigits(parts[0]+parts[1], 13) && parts[1] != "" {
				gtin := parts[1][:1] + parts[0] + parts[1][1:]
				return gtin + checkDigit(gtin)
			}
		}
	}
	gtin := linked(uri, "01")
	if len(gtin) == 8 || len(gtin) == 12 || len(gtin) == 13 {
		gtin = strings.Repeat("0", 14-len(gtin)) + gtin
	}
	if isDigits(gtin, 14) && checkDigit(gtin[:13]) == gtin[13:] {
		return gtin
	}
	return ""
}

// linked gives the value of an application identifier in the path of a GS1 Digital Link; "" when it has none.
func linked(uri, application string) string {
	if !strings.HasPrefix(uri, "https://") && !strings.HasPrefix(uri, "http://") {
		return ""
	}
	path, _, _ := strings.Cut(uri, "?")
	parts := strings.Split(path, "/")
	for i := 3; i+1 < len(parts); i++ {
		if parts[i] == application {
			return parts[i+1]
		}
	}
	return ""
}

// Transaction reads the URI of a business transaction: the number of the document, and the GLN of the party whose number it
// is, "" where it is not told (GS1 Core Business Vocabulary). Of a URI of somebody's own the last part is the number.
func Transaction(uri string) (number, issuer string) {
	if body, found := strings.CutPrefix(uri, "urn:epcglobal:cbv:bt:"); found {
		gln, text, _ := strings.Cut(body, ":")
		if isDigits(gln, 13) && text != "" {
			return unescape(text), gln
		}
	}
	if strings.HasPrefix(uri, "urn:uuid:") {
		return strings.TrimPrefix(uri, "urn:uuid:"), ""
	}
	if body, found := strings.CutPrefix(uri, "urn:epc:id:gdti:"); found {
		if parts := strings.SplitN(body, ".", 3); len(parts) == 3 {
			return unescape(parts[2]), ""
		}
	}
	return unescape(uri[strings.LastIndexAny(uri, "/:")+1:]), ""
}

func unescape(text string) string {
	if plain, err := url.PathUnescape(text); err == nil {
		return plain
	}
	return text
}
