package console

import "millrace/edge/view"

// moneyRulesPage lists the rules that alone move supervised money.
type moneyRulesPage struct{ Rules []view.MoneyRule }

func (moneyRulesPage) title() string { return "Money rules" }

func showMoneyRules(*visit) (any, error) { return moneyRulesPage{view.MoneyRules()}, nil }
