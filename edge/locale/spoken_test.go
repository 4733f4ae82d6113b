package locale

import "testing"

// What English says in its own way is something that the program says: the catalogue has it too.
func TestIdiomsAreOfWordsThatAreSaid(t *testing.T) {
	for words := range idioms {
		if !Chinese.Has(words) {
			t.Errorf("no code is in words %q", words)
		}
	}
	for key := range ofOne {
		if !Chinese.Has(key) {
			t.Errorf("nothing says %q", key)
		}
	}
}

func TestEnglishIsSaidAsAPersonSaysIt(t *testing.T) {
	for got, want := range map[string]string{
		English.Word("buyer_overdue, late_rising"):                                      "buyer past due, buyer paying later and later",
		English.Word("set_off"):                                                         "set off",
		English.Word("announce_set_off_run"):                                            "announce set-off run",
		Say("The product %q was proposed.", "Loans").String():                           "The product “Loans” was proposed.",
		Say("%d bills were written.", uint32(1)).String():                               "1 bill was written.",
		Say("%d bills were written.", 2).String():                                       "2 bills were written.",
		Say("Receipt %s pays %d receivables; the evidence: %s", "r", 1, "sum").String(): "Receipt r pays 1 receivable; the evidence: sum",
		Chinese.Render(Say("The product %q was proposed.", "Loans")):                    "产品 “Loans” 已拟定。",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
