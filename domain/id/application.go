package id

type (
	applicationKind  struct{}
	masterScaleKind  struct{}
	reviewPolicyKind struct{}
	newsKind         struct{}
	watchKind        struct{}
)

func (applicationKind) Prefix() string  { return "app" }
func (masterScaleKind) Prefix() string  { return "msc" }
func (reviewPolicyKind) Prefix() string { return "rpl" }
func (newsKind) Prefix() string         { return "nws" }
func (watchKind) Prefix() string        { return "wch" }

type (
	Application  = Of[applicationKind]  // for a review of a party's credit
	MasterScale  = Of[masterScaleKind]  // grades by probability of default, one version
	ReviewPolicy = Of[reviewPolicyKind] // how somebody reviews credit, one version
	News         = Of[newsKind]         // something heard of a party
	Watch        = Of[watchKind]        // a party's place on a watch list
)
