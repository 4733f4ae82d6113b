package legal_test

import (
	"testing"

	"pgregory.net/rapid"

	"millrace/domain/calendar"
	"millrace/domain/legal"
	"millrace/domain/money"
)

func date(t *testing.T, text string) calendar.Date {
	t.Helper()
	if text == "" {
		return 0
	}
	d, ok := calendar.Parse(text)
	if !ok {
		t.Fatal(text)
	}
	return d
}

// Each pair is the day before and the day of a rule; the citations were taken from the texts of the laws.
func TestWhetherABanOnAssignmentBinds(t *testing.T) {
	for _, test := range []struct {
		name              string
		law               legal.Law
		dated, assigned   string
		exempt, consented bool
		holds             bool
		cites             string
	}{
		{name: "China, before the Civil Code", law: "CN", dated: "2019-05-01", assigned: "2020-12-31", cites: "Contract Law of the People's Republic of China (1999), art. 79(2); Civil Code art. 545(2) only from 2021-01-01"},
		{name: "China, under the Civil Code", law: "CN", dated: "2019-05-01", assigned: "2021-01-01", holds: true, cites: "Civil Code of the People's Republic of China, art. 545(2)"},
		{name: "England, an older contract", law: "GB-ENG", dated: "2018-12-30", assigned: "2026-01-01", cites: "Business Contract Terms (Assignment of Receivables) Regulations 2018 (SI 2018/1254), reg. 1: contracts from 2018-12-31 only"},
		{name: "England, the first contract", law: "GB-ENG", dated: "2018-12-31", assigned: "2026-01-01", holds: true, cites: "Business Contract Terms (Assignment of Receivables) Regulations 2018 (SI 2018/1254), reg. 2"},
		{name: "England, a large seller", law: "GB-ENG", dated: "2025-01-01", assigned: "2026-01-01", exempt: true, cites: "Business Contract Terms (Assignment of Receivables) Regulations 2018 (SI 2018/1254), regs. 3 and 4"},
		{name: "Scotland has rules of its own", law: "GB-SCT", dated: "2025-01-01", assigned: "2026-01-01"},
		{name: "elsewhere", law: "FR", dated: "2025-01-01", assigned: "2026-01-01"},
		{name: "elsewhere, with consent", law: "FR", dated: "2025-01-01", assigned: "2026-01-01", consented: true, holds: true},
	} {
		r := legal.Restriction{Law: test.law, Dated: date(t, test.dated), Bans: true, Exempt: test.exempt, Consented: test.consented}
		if got := r.HoldsAgainstDebtor(date(t, test.assigned)); got != (legal.Answer{Holds: test.holds, Citation: test.cites}) {
			t.Errorf("%s: %+v", test.name, got)
		}
		r.Bans = false
		if got := r.HoldsAgainstDebtor(date(t, test.assigned)); !got.Holds {
			t.Errorf("%s: without a ban: %+v", test.name, got)
		}
	}
}

func TestWhomAPaymentToTheAssignorFrees(t *testing.T) {
	for _, test := range []struct {
		law        legal.Law
		paid, told string
		frees      bool
		cites      string
	}{
		{"CN", "2020-12-31", "", true, "Contract Law of the People's Republic of China (1999), art. 80(1)"},
		{"CN", "2021-01-01", "", true, "Civil Code of the People's Republic of China, art. 546(1)"},
		{"CN", "2026-03-04", "2026-03-05", true, "Civil Code of the People's Republic of China, art. 546(1)"},
		{"CN", "2026-03-05", "2026-03-05", false, "Civil Code of the People's Republic of China, art. 546(1)"},
		{"DE", "2026-03-04", "2026-03-05", true, "§ 407(1) BGB"},
		{"DE", "2026-03-05", "2026-03-05", false, "§ 407(1) BGB"},
		{"GB", "2026-03-05", "2026-03-05", false, "Law of Property Act 1925, s. 136(1)"},
		{"FR", "2026-03-04", "2026-03-05", true, ""},
		{"FR", "2026-03-06", "2026-03-05", false, ""},
	} {
		if got := legal.FreesDebtor(test.law, date(t, test.paid), date(t, test.told)); got != (legal.Answer{Holds: test.frees, Citation: test.cites}) {
			t.Errorf("%s paid %s, told %s: %+v", test.law, test.paid, test.told, got)
		}
	}
}

func TestPriority(t *testing.T) {
	d := func(text string) calendar.Date { return date(t, text) }
	claims := []legal.Claim{
		{Assigned: d("2020-05-01"), Financed: 300_00},                                                        // neither registered nor notified
		{Assigned: d("2020-06-01"), Notified: d("2020-07-02"), Financed: 100_00},                             // notified second
		{Assigned: d("2020-07-01"), Notified: d("2020-07-01"), Financed: 100_00},                             // notified first
		{Assigned: d("2020-08-01"), Registered: d("2020-08-02"), Notified: d("2020-06-30"), Financed: 50_00}, // registered second
		{Assigned: d("2020-08-01"), Registered: d("2020-08-01"), Financed: 100_00},                           // registered first
		{Assigned: d("2020-09-01"), Financed: 100_00},                                                        // neither
	}
	for _, test := range []struct {
		law   legal.Law
		on    string
		ranks []int
		cites string
	}{
		{"CN", "2020-12-31", []int{1, 2, 3, 4, 4, 5}, ""},
		{"CN", "2021-01-01", []int{5, 4, 3, 2, 1, 5}, "Civil Code of the People's Republic of China, art. 768"},
		{"DE", "2021-01-01", []int{1, 2, 3, 4, 4, 5}, ""},
	} {
		got := legal.Priority(test.law, d(test.on), claims)
		if got.Citation != test.cites {
			t.Errorf("%s %s cites %q", test.law, test.on, got.Citation)
		}
		for i := range claims {
			if got.Ranks[i] != test.ranks[i] {
				t.Errorf("%s %s: claim %d has rank %d, by hand %d", test.law, test.on, i, got.Ranks[i], test.ranks[i])
			}
		}
	}
	// By article 768: 100 to the first registered, 50 to the second, 100 and 100 to the notified, and 200 pro rata 3 to 1.
	ranking := legal.Priority("CN", d("2021-01-01"), claims)
	for i, want := range []money.Minor{150_01, 100_00, 100_00, 50_00, 100_00, 50_00} {
		if got := ranking.Divide(550_01, claims)[i]; got != want {
			t.Errorf("claim %d gets %d, by hand %d", i, got, want)
		}
	}
}

func TestDividingLosesAndInventsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		claims := make([]legal.Claim, rapid.IntRange(1, 8).Draw(t, "claims"))
		total := money.Minor(0)
		for i := range claims {
			day := func(name string) calendar.Date { return calendar.Date(rapid.IntRange(0, 3).Draw(t, name)) }
			claims[i] = legal.Claim{Assigned: 1 + day("assigned"), Registered: day("registered"), Notified: day("notified"), Financed: money.Minor(rapid.Int64Range(0, 1000).Draw(t, "financed"))}
			total += claims[i].Financed
		}
		law := rapid.SampledFrom([]legal.Law{"CN", "DE"}).Draw(t, "law")
		ranking := legal.Priority(law, 20_000, claims)
		amount := money.Minor(rapid.Int64Range(0, 5000).Draw(t, "amount"))
		given := money.Minor(0)
		shares := ranking.Divide(amount, claims)
		for i, share := range shares {
			if share < 0 || share > claims[i].Financed {
				t.Fatalf("claim %d of %d gets %d", i, claims[i].Financed, share)
			}
			for j := range claims {
				if ranking.Ranks[i] > ranking.Ranks[j] && share > 0 && shares[j] != claims[j].Financed {
					t.Fatalf("claim %d gets %d before claim %d has all", i, share, j)
				}
			}
			given += share
		}
		if given != min(amount, total) {
			t.Fatalf("%d given of %d for %d", given, amount, total)
		}
	})
}

func TestLaws(t *testing.T) {
	for law, valid := range map[legal.Law]bool{"DE": true, "GB-ENG": true, "US-NY": true, "": false, "D": false, "de": false, "GB-": false, "GB-ENGL": false, "GB-E G": false} {
		if law.Valid() != valid {
			t.Errorf("%q", law)
		}
	}
	if legal.Law("GB-ENG").Country() != "GB" {
		t.Error("country")
	}
}

func TestAgreementsHoldFromTheirFirstToTheirLastDay(t *testing.T) {
	a := legal.Agreement{Deed: legal.Deed{Effective: 100, Until: 200}, State: legal.Signed}
	for on, want := range map[calendar.Date]bool{99: false, 100: true, 200: true, 201: false} {
		if a.LiveOn(on) != want {
			t.Errorf("on %d", on)
		}
	}
	a.State, a.Ended = legal.Terminated, 150
	if !a.LiveOn(149) || a.LiveOn(150) {
		t.Error("terminated")
	}
	a.Ended = 0 // withdrawn before all had signed
	if a.LiveOn(149) {
		t.Error("withdrawn")
	}
	if a.State = legal.Drafted; a.LiveOn(149) {
		t.Error("drafted")
	}
}
