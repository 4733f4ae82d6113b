package id

type (
	decisionKind   struct{}
	riskPolicyKind struct{}
)

func (decisionKind) Prefix() string   { return "dec" }
func (riskPolicyKind) Prefix() string { return "rpo" }

type (
	Decision   = Of[decisionKind]   // of the rules, on one use of credit or on one review
	RiskPolicy = Of[riskPolicyKind] // of a programme: thresholds and clauses, one version
)
