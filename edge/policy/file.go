package policy

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"millrace/domain/risk"
	"millrace/domain/rule"
)

// fileBytesMax bounds a file.
const fileBytesMax = 1 << 20

// File is a risk policy as people write it, in YAML or JSON: thresholds by name, countries, and clauses. What it leaves out is as presumed.
type File struct {
	Edition    uint16           `yaml:"edition"`    // of the rules; 0 for the one in force
	Thresholds map[string]int64 `yaml:"thresholds"` // amounts in minor units, shares and rates in millionths; 0: the rule does not ask
	Refused    *[]string        `yaml:"refused_countries"`
	Referred   *[]string        `yaml:"referred_countries"`
	Clauses    []Rule           `yaml:"clauses"`
}

// Read reads a risk policy and type-checks its clauses. It tells all that is wrong at once; then there is no policy.
func Read(content []byte) (edition risk.Edition, policy risk.Policy, wrong []string) {
	if len(content) > fileBytesMax {
		return 0, risk.Policy{}, []string{fmt.Sprintf("the file has more than %d bytes", fileBytesMax)}
	}
	var file File
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil && !errors.Is(err, io.EOF) {
		return 0, risk.Policy{}, strings.Split(strings.TrimPrefix(err.Error(), "yaml: unmarshal errors:\n  "), "\n  ")
	}
	return file.Policy()
}

// Policy makes of a file what is stored, or tells all that is wrong.
func (f *File) Policy() (edition risk.Edition, policy risk.Policy, wrong []string) {
	edition = risk.Edition(f.Edition)
	if edition == 0 {
		edition = risk.Now
	}
	if risk.Rules(edition) == nil {
		wrong = append(wrong, fmt.Sprintf("there is no edition %d of the rules: %d is the last", f.Edition, risk.Now))
		edition = risk.Now
	}
	policy.Thresholds = *risk.Presumed(edition)
	for _, name := range sortedKeys(f.Thresholds) {
		at := slices.IndexFunc(risk.Named, func(t risk.Threshold) bool { return t.Name == name })
		if at < 0 {
			wrong = append(wrong, fmt.Sprintf("thresholds: there is none named %q", name))
			continue
		}
		*risk.Named[at].Of(&policy.Thresholds) = f.Thresholds[name]
	}
	for _, list := range [...]struct {
		name  string
		given *[]string
		into  *[]int32
	}{{"refused_countries", f.Refused, &policy.Thresholds.Refused}, {"referred_countries", f.Referred, &policy.Thresholds.Referred}} {
		if list.given == nil {
			continue
		}
		*list.into = nil
		for _, code := range *list.given {
			value := rule.CountryValue(code)
			if value == 0 {
				wrong = append(wrong, fmt.Sprintf("%s: %q is no code of ISO 3166-1 in two capital letters", list.name, code))
			}
			*list.into = append(*list.into, int32(value))
		}
		slices.Sort(*list.into)
		*list.into = slices.Compact(*list.into)
	}
	if len(wrong) == 0 {
		if err := policy.Thresholds.Valid(); err != nil {
			wrong = append(wrong, "thresholds: "+err.Error())
		}
	}
	clauses, problems := Clauses(f.Clauses, Financing())
	for _, p := range problems {
		wrong = append(wrong, p.String())
	}
	if len(wrong) > 0 {
		return 0, risk.Policy{}, wrong
	}
	policy.Clauses = clauses
	return edition, policy, nil
}

func sortedKeys(m map[string]int64) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
