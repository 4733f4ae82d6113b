package epcis

import (
	"slices"
	"strings"

	"millrace/domain/movement"
)

// vocabulary is one list of words of the Core Business Vocabulary, and its two prefixes as URI.
type vocabulary struct {
	urn, web string
	words    []string
}

var bizSteps = vocabulary{"bizstep:", "BizStep-", strings.Fields(`accepting arriving assembling collecting commissioning consigning
	creating_class_instance cycle_counting decommissioning departing destroying disassembling dispensing encoding entering_exiting
	holding inspecting installing killing loading other packing picking receiving removing repackaging repairing replacing reserving
	retail_selling sampling sensor_reporting shipping staging_outbound stock_taking stocking storing transporting unloading unpacking
	void_shipping`)}

var dispositions = vocabulary{"disp:", "Disp-", strings.Fields(`active available completeness_inferred completeness_verified conformant
	container_closed container_open damaged destroyed dispensed disposed encoded expired in_progress in_transit inactive
	mismatch_class mismatch_instance mismatch_quantity needs_replacement no_pedigree_match non_conformant non_sellable_other
	partially_dispensed recalled reserved retail_sold returned sellable_accessible sellable_not_accessible stolen unavailable unknown`)}

var transactionTypes = vocabulary{"btt:", "BTT-", strings.Fields(`bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt`)}

var sideTypes = vocabulary{"sdt:", "SDT-", strings.Fields(`owning_party possessing_party location`)}

var errorReasons = vocabulary{"er:", "ER-", strings.Fields(`did_not_occur incorrect_data`)}

// read gives the bare word; "" for a URI of another vocabulary. It is not ok for what is neither.
func (v *vocabulary) read(text string) (word string, ok bool) {
	for _, prefix := range []string{"urn:epcglobal:cbv:" + v.urn, "https://ref.gs1.org/cbv/" + v.web, "http://ref.gs1.org/cbv/" + v.web,
		"https://ns.gs1.org/cbv/" + v.web, "http://ns.gs1.org/cbv/" + v.web, "cbv:" + v.web} {
		if rest, found := strings.CutPrefix(text, prefix); found {
			return rest, slices.Contains(v.words, rest)
		}
	}
	if slices.Contains(v.words, text) {
		return text, true
	}
	return "", isURI(text) && !strings.HasPrefix(text, "urn:epcglobal:cbv:") && !strings.HasPrefix(text, "cbv:")
}

// isURI tells whether text has the form of an absolute URI: a scheme, a colon, and something without blanks after it.
func isURI(text string) bool {
	scheme, rest, found := strings.Cut(text, ":")
	if !found || rest == "" || scheme == "" || strings.ContainsAny(text, " \t\r\n<>\"{}|\\^`") {
		return false
	}
	for i, c := range []byte(scheme) {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || (c < '0' || c > '9') && c != '+' && c != '-' && c != '.') {
			return false
		}
	}
	return true
}

// kinds are the business steps that say what happened to goods; every other step is movement.Other.
var kinds = map[string]movement.Kind{
	"shipping": movement.Shipped, "departing": movement.Departed, "transporting": movement.Departed, "arriving": movement.Arrived,
	"unloading": movement.Arrived, "receiving": movement.Received, "accepting": movement.Received, "storing": movement.Stored,
	"stocking": movement.Stored, "inspecting": movement.Inspected, "sampling": movement.Inspected, "cycle_counting": movement.Counted,
	"stock_taking": movement.Counted, "destroying": movement.Lost,
}

// kindOf tells what happened. How the goods are afterwards comes first: what is stolen has not arrived, and what comes back
// to who sent it is not received by who ordered it.
func kindOf(step, disposition string) movement.Kind {
	switch disposition {
	case "stolen", "destroyed":
		return movement.Lost
	case "returned":
		return movement.Returned
	}
	if kind, found := kinds[step]; found {
		return kind
	}
	return movement.Other
}

// papers are the types of business transactions that are documents of a deal.
var papers = map[string]movement.Paper{
	"po": movement.Order, "desadv": movement.DespatchAdvice, "recadv": movement.ReceiptAdvice, "inv": movement.Invoice,
}
