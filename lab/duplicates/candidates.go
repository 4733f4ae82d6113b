package duplicates

// CandidatesFound says how many of a list of known repeat payments are found.
type CandidatesFound struct {
	Listed  int `json:"listed"`
	Present int `json:"present"` // with invoices on two dates or more in the ledger
	Found   int `json:"found"`   // referred or blocked
}
