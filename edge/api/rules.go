package api

import (
	"millrace/domain/rule"
	"millrace/edge/en16931"
	"millrace/edge/view"
)

// policy reads the severities that a programme gives to rules of EN 16931.
func (x *call) policy(field string, settings []view.Setting) rule.Policy {
	var read rule.Policy
	for _, given := range settings {
		severity, known := rule.ParseSeverity(given.Severity)
		if !known {
			x.bad(field+".severity", given.Severity, "is not one of fatal, warning, ignored")
		}
		setting := rule.Setting{Rule: given.Rule, Severity: severity}
		if !en16931.Speaks(setting) {
			x.bad(field+".rule", given.Rule, "is neither a rule of EN 16931 that is checked nor a family of such rules")
		}
		read = append(read, setting)
	}
	return read
}
