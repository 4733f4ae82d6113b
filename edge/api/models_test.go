package api_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"millrace/edge/view"
)

// tenorModel is a model's file, in base64: a scorecard of one fact with what its drift is measured against.
func tenorModel(feature string) string {
	return base64.StdEncoding.EncodeToString([]byte(fmt.Sprintf(`{"table":{"name":"card","scale":{"units_per_point":1,"points":600,"odds":50,"double_the_odds":20},"base":500,
"features":[{"name":%q,"digits":0}],"characteristics":[{"feature":0,"upto":[30,90],"units":[60,20,-40],"missing":-10}]},
"training":{"cases":1000,"bads":90,"folds":5,"seed":20261122,"auc_millionths":790000,"auc_sd_millionths":1000,"gini_millionths":580000,"ks_millionths":400000},
"reference":{"scores":{"upto":[460,520],"counts":[20,30,50,0]},"features":[{"upto":[30,90],"counts":[50,30,18,2]}]}}`, feature)))
}

// fundersModel registers a model of the funder.
func (s *site) fundersModel() string {
	s.t.Helper()
	return s.post(s.world.FunderActor, "/v1/models", fmt.Sprintf(`{"name":"own","purpose":"credit_use","funder":%q,"file":%q}`, s.world.Funder, tenorModel("tenor_days"))).want(201).text("record", "id")
}

func TestAModelIsRegisteredValidatedPromotedAndExplained(t *testing.T) {
	s := newSite(t)
	w := s.world
	register := func(name string) string {
		return s.post(w.Maker, "/v1/models", fmt.Sprintf(`{"name":%q,"purpose":"credit_use","file":%q,"card":"for tests"}`, name, tenorModel("tenor_days"))).want(201).text("record", "id")
	}
	m := register("tenor")
	validation := "/v1/models/" + m + "/validation"
	if got := s.post(w.Maker, validation, `{"note":"mine"}`).want(403).text("code"); got != "second_person" {
		t.Error(got)
	}
	s.post(w.Checker, validation, `{"note":"looked at"}`).want(200)
	promotion := "/v1/models/" + m + "/promotion"
	if got := s.post(w.Maker, promotion, `{"to":"champion"}`).want(403).text("code"); got != "second_person" {
		t.Error(got)
	}
	shown := s.post(w.Checker, promotion, `{"to":"champion"}`).want(200)
	if shown.text("record", "state") != "champion" || shown.text("record", "training", "auc") != "0.790000" || shown.text("record", "card") != "for tests" || shown.text("record", "note") != "looked at" {
		t.Errorf("%s", shown.bytes)
	}
	other := register("tenor")
	s.post(w.Checker, "/v1/models/"+other+"/validation", `{"note":"looked at"}`).want(200)
	s.post(w.Checker, "/v1/models/"+other+"/promotion", `{"to":"champion","former":"retired"}`).want(200)
	if got := s.get(w.Maker, "/v1/models/"+m).want(200).text("state"); got != "retired" {
		t.Error("the champion before is", got)
	}
	explained := s.get(w.FunderActor, "/v1/models/"+other+"/explanation?fact=tenor_days%3D45").want(200)
	if string(explained.bytes) == "" || !strings.Contains(string(explained.bytes), `"units":520`) || !strings.Contains(string(explained.bytes), `"shortfall":40`) {
		t.Errorf("%s", explained.bytes)
	}
	for _, bad := range []string{"tenor_days%3DNaN", "moon%3D1", "tenor_days"} {
		s.get(w.Maker, "/v1/models/"+other+"/explanation?fact="+bad).want(422)
	}
	s.post(w.Checker, "/v1/models/"+other+"/retirement", "").want(200)
	if list := s.get(w.Maker, "/v1/models?state=retired").want(200); strings.Count(string(list.bytes), `"mdl_`) < 2 {
		t.Errorf("%s", list.bytes)
	}
	story := s.get(w.Maker, "/v1/stories/"+m).want(200)
	for _, told := range []string{"was registered", "was validated", "is champion", "is retired"} {
		if !strings.Contains(string(story.bytes), told) {
			t.Errorf("the story does not say %q: %s", told, story.bytes)
		}
	}
}

func TestADecisionShowsTheReasonsOfItsScore(t *testing.T) {
	s := newSite(t)
	w := s.world
	m := s.post(w.Maker, "/v1/models", fmt.Sprintf(`{"name":"tenor","purpose":"credit_use","file":%q}`, tenorModel("tenor_days"))).want(201).text("record", "id")
	s.post(w.Checker, "/v1/models/"+m+"/validation", `{"note":"looked at"}`).want(200)
	s.post(w.Checker, "/v1/models/"+m+"/promotion", `{"to":"champion"}`).want(200)
	s.life(1, 7)
	page := decode[view.Page[view.Decision]](t, s.get(w.Maker, "/v1/decisions?type=quote").want(200))
	if len(page.Items) != 1 || len(page.Items[0].Scores) != 1 || page.Items[0].Scores[0].Explanation != nil {
		t.Fatalf("%+v", page.Items)
	}
	of := "/v1/decisions/" + page.Items[0].ID
	scored := decode[view.Decision](t, s.get(w.Maker, of).want(200)).Scores[0]
	if scored.Model != m || scored.Explanation == nil || scored.Explanation.Units != scored.Units || len(scored.Explanation.Reasons) != 1 || len(scored.Facts) != 1 {
		t.Fatalf("%+v", scored)
	}
	reason := scored.Explanation.Reasons[0]
	if reason.Feature != "tenor_days" || reason.Title == "" || reason.Fact != fmt.Sprint(scored.Facts[0]) || scored.Explanation.Base+reason.Units != scored.Units {
		t.Errorf("%+v", scored.Explanation)
	}
	toFunder := decode[view.Decision](t, s.get(w.FunderActor, of).want(200)).Scores[0]
	if toFunder.Explanation == nil || toFunder.Explanation.Reasons[0] != reason || len(toFunder.Facts) != 0 {
		t.Errorf("the funder sees %+v", toFunder)
	}
}

func TestAModelThatCannotBeRegisteredIsRefusedWithWhatIsWrong(t *testing.T) {
	s := newSite(t)
	for want, file := range map[string]string{
		"is not base64":     "***",
		"neither LightGBM":  base64.StdEncoding.EncodeToString([]byte("NaN")),
		"can't be read":     base64.StdEncoding.EncodeToString([]byte(`{"table":{"trees":[{"nodes":[{"units":NaN}]}]}}`)),
		"knows no fact":     tenorModel("moon"),
		"there are 0":       base64.StdEncoding.EncodeToString([]byte(`{"table":{"name":"x","scale":{"units_per_point":1,"points":1,"odds":1,"double_the_odds":1}}}`)),
		"can't be unpacked": base64.StdEncoding.EncodeToString([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x00")),
	} {
		got := s.post(s.world.Maker, "/v1/models", fmt.Sprintf(`{"name":"m","purpose":"credit_use","file":%q}`, file)).want(422)
		if !strings.Contains(string(got.bytes), want) {
			t.Errorf("%s: %s", want, got.bytes)
		}
	}
	if list := s.get(s.world.Maker, "/v1/models").want(200); strings.Contains(string(list.bytes), "mdl_") {
		t.Errorf("%s", list.bytes)
	}
}
