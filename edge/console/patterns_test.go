package console

import "maps"

// Patterns are those of every route, with the action by which the policies know it.
func Patterns() map[string]string {
	all := map[string]string{}
	for _, r := range guardedRoutes() {
		all[r.pattern] = r.action
	}
	for pattern := range maps.Keys((*Console)(nil).publicRoutes()) {
		all[pattern] = actionOf(pattern)
	}
	return all
}

// PathOfPrefix is the page of records by the prefix of their ids.
var PathOfPrefix = paths
