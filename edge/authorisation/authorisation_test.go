package authorisation_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cedar-policy/cedar-go/x/exp/schema"

	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/authorisation"
	"millrace/edge/view"
)

func caller(role party.Role) access.Caller {
	return access.Caller{Actor: id.Make[id.Actor](1, 5), Party: id.Make[id.Party](1, 2), Role: role, PartyRoles: role}
}

func TestThePoliciesOfTheProgramFitTheirSchema(t *testing.T) {
	if err := new(schema.Schema).UnmarshalCedar(authorisation.Schema()); err != nil {
		t.Fatal(err)
	}
	if err := authorisation.CheckBuiltin(); err != nil {
		t.Fatal(err)
	}
}

func TestEveryActionIsPermittedToSomebodyByOnePolicy(t *testing.T) {
	p := authorisation.Builtin()
	for _, action := range p.Actions() {
		d := p.Decide(&authorisation.Request{Caller: access.Caller{Actor: 1}, Action: action, Seat: authorisation.API})
		var permits []string
		for _, one := range p.All() {
			if one.Permits && strings.Contains(one.Text, `"`+action+`"`) {
				permits = append(permits, one.ID)
			}
		}
		if len(permits) != 1 || p.Roles(action) == 0 && !p.Public(action) {
			t.Errorf("%s is permitted by %q, to %s (%v)", action, permits, p.Roles(action).Names(), d.Permitted)
		}
	}
}

func TestWhatNoPolicySpeaksOfIsRefused(t *testing.T) {
	p := authorisation.Builtin()
	for _, c := range []access.Caller{{}, caller(party.Operator), caller(party.Auditor)} {
		r := &authorisation.Request{Caller: c, Action: "open_the_safe", Seat: authorisation.API}
		if d := p.Decide(r); d.Permitted || d.Problem().Policy.ID != "default" {
			t.Errorf("%v: %+v", c, d)
		}
	}
}

func TestWhatPoliciesForbid(t *testing.T) {
	euro, _ := money.ParseCurrency("EUR")
	maker, other := id.Make[id.Actor](1, 5), id.Make[id.Actor](1, 6)
	seen := func(f view.Traits) *view.Traits {
		f.Record, f.Kind, f.Book, f.Seen = "fin_1-1-X", "fin", 1, true
		return &f
	}
	for name, c := range map[string]struct {
		request authorisation.Request
		policy  string
		code    string
	}{
		"own record":       {authorisation.Request{Caller: caller(party.Seller), Action: "get_financing", Record: seen(view.Traits{})}, "", ""},
		"another party's":  {authorisation.Request{Caller: caller(party.Seller), Action: "get_financing", Record: &view.Traits{Kind: "fin", Book: 1}}, "isolation.party", "not_found"},
		"another tenant's": {authorisation.Request{Caller: caller(party.Operator), Action: "get_financing", Record: &view.Traits{Kind: "fin", Book: 2, Seen: true}}, "isolation.tenant", "not_found"},
		"names another tenant's": {authorisation.Request{Caller: caller(party.Operator), Action: "sweep", Given: &authorisation.Given{Books: []uint16{1, 2}}},
			"isolation.tenant.named", "request_invalid"},
		"its maker":       {authorisation.Request{Caller: caller(party.Funder), Action: "approve_limit", Record: seen(view.Traits{Makers: []id.Actor{maker}}), Given: &authorisation.Given{}}, "four-eyes.maker", "second_person"},
		"a second person": {authorisation.Request{Caller: caller(party.Funder), Action: "approve_limit", Record: seen(view.Traits{Makers: []id.Actor{other}}), Given: &authorisation.Given{}}, "", ""},
		"an auditor":      {authorisation.Request{Caller: caller(party.Auditor), Action: "confirm"}, "confirmation.do.operator-buyer", "role_forbidden"},
		"too much": {authorisation.Request{Caller: caller(party.Operator), Action: "sweep", Given: &authorisation.Given{Amount: &money.Amount{Minor: 100_000_000_001, Currency: euro}}},
			"amounts.named", "amount_forbidden"},
		"the most": {authorisation.Request{Caller: caller(party.Operator), Action: "sweep", Given: &authorisation.Given{Amount: &money.Amount{Minor: 100_000_000_000, Currency: euro}}}, "", ""},
		"too much on record": {authorisation.Request{Caller: caller(party.Operator), Action: "disburse", Record: seen(view.Traits{Amount: &money.Amount{Minor: 100_000_000_001, Currency: euro}}),
			Given: &authorisation.Given{}}, "amounts.record", "amount_forbidden"},
		"another role": {authorisation.Request{Caller: caller(party.Seller), Action: "sweep"}, "money.do.operator", "role_forbidden"},
		"nobody":       {authorisation.Request{Action: "get_financing"}, "finance.read.operator-auditor-seller-buyer-funder", "role_forbidden"},
	} {
		c.request.Seat = authorisation.API
		p := authorisation.Builtin()
		d := p.Decide(&c.request)
		if c.policy == "" {
			if !d.Permitted {
				t.Errorf("%s: refused by %s", name, d.Policy().ID)
			}
			continue
		}
		if d.Permitted {
			t.Errorf("%s: permitted", name)
			continue
		}
		told := d.Problem()
		if told.Policy.ID != c.policy || told.Code != c.code || told.Policy.Because == "" {
			t.Errorf("%s: %s by %+v, want %s by %s", name, told.Code, told.Policy, c.code, c.policy)
		}
	}
}

func directory(t *testing.T, files map[string]string) string {
	t.Helper()
	where := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(where, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return where
}

func TestANodeForbidsByPoliciesOfItsOwn(t *testing.T) {
	where := directory(t, map[string]string{"house.cedar": `// The bank's own.
@id("house.bound")
@because("Funders of this node pay out at most 50,000.00 EUR at once.")
@code("amount_forbidden")
forbid (principal in Role::"funder", action == Action::"disburse", resource)
when { context.gives && resource has amount && resource.amount > 5000000 };

@id("house.auditors")
@because("Our auditors ask for quotes in exercises.")
permit (principal in Role::"auditor", action == Action::"request_quote", resource);
`, "readme.txt": "no policy"})
	p, err := authorisation.Load(where)
	if err != nil {
		t.Fatal(err)
	}
	euro, _ := money.ParseCurrency("EUR")
	r := &authorisation.Request{Caller: caller(party.Funder), Action: "disburse", Seat: authorisation.API, Given: &authorisation.Given{},
		Record: &view.Traits{Kind: "fin", Book: 1, Seen: true, Amount: &money.Amount{Minor: 5000001, Currency: euro}}}
	if d := p.Decide(r); d.Permitted || d.Policy().ID != "house.bound" || !d.Policy().Own || d.Policy().Line != 2 {
		t.Errorf("%+v", d)
	}
	r.Record.Amount.Minor--
	if d := p.Decide(r); !d.Permitted {
		t.Errorf("%+v", d.Policy())
	}
	// It permits to auditors what the program does not, and the program still forbids them to change anything.
	d := p.Decide(&authorisation.Request{Caller: caller(party.Auditor), Action: "request_quote", Seat: authorisation.API})
	if d.Permitted || d.Policy().ID != "four-eyes.auditor" {
		t.Errorf("%+v", d)
	}
	if text := d.Policy().Text; !strings.HasPrefix(text, "@id(") || !strings.HasSuffix(text, ";") || strings.Contains(text, "//") {
		t.Errorf("%q", text)
	}
}

func TestTheExamplesOfTheGuideArePolicies(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "doc", "AUTHORISATION.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(text), "```cedar\n")
	example, _, _ = strings.Cut(example, "```")
	p, err := authorisation.Load(directory(t, map[string]string{"house.cedar": example}))
	if err != nil {
		t.Fatal(err)
	}
	r := &authorisation.Request{Caller: caller(party.Funder), Action: "approve_payment", Seat: authorisation.API}
	if d := p.Decide(r); d.Permitted || d.Policy().ID != "house.console-only" {
		t.Errorf("%+v", d)
	}
	if r.Seat = authorisation.Console; !p.Decide(r).Permitted {
		t.Error("refused at the console too")
	}
	bound := &view.Traits{Kind: "fin", Book: 1, Seen: true, Parties: []id.Party{id.Make[id.Party](1, 3)}}
	r = &authorisation.Request{Caller: caller(party.Funder), Action: "declare_default", Record: bound, Seat: authorisation.API}
	if d := p.Decide(r); d.Permitted || d.Policy().ID != "house.conflict" {
		t.Errorf("%+v", d)
	}
}

func TestWhatIsWrongWithANodesOwnPolicies(t *testing.T) {
	const head = "@id(\"a\")\n@because(\"b\")\n"
	for name, c := range map[string]struct{ text, want string }{
		"no Cedar":          {"permit (principal, action, resource) when { 1 + };", ":1:50: this is not Cedar"},
		"no id":             {`@because("b") forbid (principal, action, resource);`, `:1:1: it has no @id`},
		"no sentence":       {`@id("a") forbid (principal, action, resource);`, `:1:1: policy a: it has no @because`},
		"id taken":          {`@id("money.do.operator") @because("b") forbid (principal, action, resource);`, "another policy has this @id: money.cedar"},
		"unknown code":      {head + `@code("nonsense") forbid (principal, action, resource);`, `@code("nonsense") is no code`},
		"unknown action":    {head + "forbid (principal, action == Action::\"fly\", resource);", ":3:30: policy a: unrecognized action"},
		"unknown attribute": {head + "forbid (principal is Actor, action, resource)\nwhen { principal.colour == \"red\" };", ":4:18: policy a: "},
		"unknown role":      {head + "forbid (principal is Actor, action, resource)\nwhen { principal in Role::\"king\" };", `:4:28: policy a: there is no role "king"; the roles are operator`},
		"mistyped party":    {head + "forbid (principal in Party::\"pty_1-2-A\", action, resource);", ":3:30: policy a: \"pty_1-2-A\": the check character is wrong"},
		"wrong type":        {head + "forbid (principal is Actor, action, resource)\nwhen { principal.role > 3 };", ": policy a: "},
		"optional":          {head + "forbid (principal, action, resource)\nwhen { resource.amount > 3 };", ":4:17: policy a: "},
	} {
		_, err := authorisation.Load(directory(t, map[string]string{"own.cedar": c.text}))
		var known *authorisation.Error
		if !errors.As(err, &known) || !strings.Contains(err.Error(), "own.cedar") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	if _, err := authorisation.Load(filepath.Join(t.TempDir(), "nowhere")); err == nil {
		t.Error("a directory that is not there is no directory")
	}
}

func TestAPolicyThatCannotBeEvaluatedRefuses(t *testing.T) {
	// The sum overflows: Cedar passes over a policy that fails, and a prohibition that is passed over would be none.
	p, err := authorisation.Load(directory(t, map[string]string{"own.cedar": `@id("own") @because("Sums stay small.")
forbid (principal is Actor, action, resource) when { context has amount && context.amount + 9223372036854775807 < 0 };`}))
	if err != nil {
		t.Fatal(err)
	}
	d := p.Decide(&authorisation.Request{Caller: caller(party.Operator), Action: "allocate", Seat: authorisation.API, Given: &authorisation.Given{Amount: &money.Amount{Minor: 1}}})
	if d.Permitted || d.Policy().ID != "own" {
		t.Errorf("%+v", d)
	}
}

func TestRolesOfAnAction(t *testing.T) {
	p := authorisation.Builtin()
	for action, want := range map[string]party.Role{
		"confirm": party.Operator | party.Buyer | party.Anchor, "get_case": party.Compliance, "record_outcome": party.Operator | party.Bank | party.Custodian, "page /need": party.Seller,
		"list_entries": party.Operator | party.Auditor | party.Compliance,
	} {
		if got := p.Roles(action); got != want {
			t.Errorf("%s: %s", action, got.Names())
		}
	}
	if !p.Public("healthz") || p.Public("whoami") || !slices.Contains(p.Actions(), "page /need") {
		t.Error("public")
	}
}

func BenchmarkDecide(b *testing.B) {
	p := authorisation.Builtin()
	euro, _ := money.ParseCurrency("EUR")
	r := &authorisation.Request{Caller: caller(party.Funder), Action: "disburse", Seat: authorisation.API,
		Given:  &authorisation.Given{Amount: &money.Amount{Minor: 5, Currency: euro}, Books: []uint16{1}, Parties: []id.Party{id.Make[id.Party](1, 2)}},
		Record: &view.Traits{Record: "fin_1-1-X", Kind: "fin", Book: 1, Seen: true, Parties: []id.Party{id.Make[id.Party](1, 2)}, Amount: &money.Amount{Minor: 50, Currency: euro}}}
	b.ReportAllocs()
	for b.Loop() {
		if !p.Decide(r).Permitted {
			b.Fatal("refused")
		}
	}
}
