package console

// shortcuts are the letters that lead to entries of the navigation after a "g".
var shortcuts = map[string]string{
	"/": "h", "/receivables": "r", "/documents": "d", "/financings": "f", "/payments": "p", "/parties": "c", "/programmes": "o", "/limits": "l",
	"/journal": "j", "/reports": "t", "/applications": "a", "/breaks": "b", "/stock": "s", "/confirmations": "i", "/need": "n", "/set-off": "x",
	"/accounts": "e", "/referrals": "u", "/holdings": "y", "/early": "k", "/auctions": "v", "/onboarding": "w", "/models": "m",
}

// shortcut is the letter of a path; "" for one that has none.
func shortcut(path string) string { return shortcuts[path] }

type helpPage struct{}

func (helpPage) title() string { return "Help" }

func showHelp(*visit) (any, error) { return helpPage{}, nil }

// Keyed are the entries that the caller may reach by a letter, in the order of the navigation.
func (f frame) Keyed() []place {
	var keyed []place
	if f.Desk == nil {
		return nil
	}
	for _, group := range append([]placeGroup{{"", []place{{"/", "Overview"}}}}, f.shown(records, nil)...) {
		for _, p := range group.Places {
			if shortcut(p.Path) != "" {
				keyed = append(keyed, p)
			}
		}
	}
	return keyed
}
