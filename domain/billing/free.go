package billing

import "millrace/domain/calendar"

// Exemption is a rule of law by which a service bears no fee: dated, and cited.
type Exemption struct {
	Code     string
	Title    string
	Country  string // of who confirms, or whose law governs the certificate
	Citation string
	From     calendar.Date // it holds for what is done on this day or later
	Version  uint16
	Services []Service
}

// Exemptions are all of them.
var Exemptions = []Exemption{chinaNoFeeForConfirming}

var chinaNoFeeForConfirming = Exemption{
	Code:     "cn_no_fee_for_confirming",
	Title:    "Nobody pays for the confirmation of a debt, nor for the certificate in which it is given",
	Country:  "CN",
	Citation: "Yinfa [2025] No. 77, no fee for confirming",
	From:     dayOf(2025, 6, 15),
	Version:  1,
	Services: []Service{Confirmation, CertificateIssued},
}

func dayOf(year, month, day int) calendar.Date {
	d, ok := calendar.Of(year, month, day)
	if !ok {
		panic("billing: no such date")
	}
	return d
}

// Free gives the rule by which a service under the law of a country bears no fee on a day; nil for none.
func Free(s Service, country string, on calendar.Date) *Exemption {
	for i := range Exemptions {
		e := &Exemptions[i]
		if e.Country != country || on < e.From {
			continue
		}
		for _, service := range e.Services {
			if service == s {
				return e
			}
		}
	}
	return nil
}
