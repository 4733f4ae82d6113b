package risk

import "millrace/domain/rule"

var evidenceGrade = Rule{
	Code: "evidence_grade", Version: 1, Group: OfEvidence, Severity: rule.Refer,
	Title:  "The evidence of the trade is as strong as the programme asks",
	Why:    "An invoice that no other document bears out is a piece of paper.",
	Source: "trade evidence; Supply chain finance fraud at First Brands, 2025",
	Judge: func(f *Facts, t *Thresholds) (rule.Verdict, int64, int64) {
		if f.Evidence&InTrade != 0 && int64(f.EvidenceGrade) < t.EvidenceGradeMin {
			return rule.Refer, int64(f.EvidenceGrade), t.EvidenceGradeMin
		}
		return rule.Pass, int64(f.EvidenceGrade), t.EvidenceGradeMin
	},
	Fixtures: []Fixture{
		{"as strong", func(_ *Facts, t *Thresholds) { t.EvidenceGradeMin = 5 }, rule.Pass},
		{"weaker", func(f *Facts, t *Thresholds) { t.EvidenceGradeMin, f.EvidenceGrade = 4, 3 }, rule.Refer},
	},
}
