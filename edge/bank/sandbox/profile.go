package sandbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"millrace/domain/calendar"
	"millrace/domain/money"
	"millrace/edge/bank"
)

// Profile is how the bank works, and how badly. The zero value works on every day at every hour, keeps no charges and makes
// no mistakes.
type Profile struct {
	BIC        string `json:"bic,omitempty"`        // "" for the sandbox's own
	TimeZone   string `json:"time_zone,omitempty"`  // IANA name; "" for UTC
	CutOff     string `json:"cut_off,omitempty"`    // as 15:00; "" for never too late
	Calendar   string `json:"calendar,omitempty"`   // TARGET, DE, CN, WEEKEND; "" for every day
	Statements string `json:"statements,omitempty"` // "" for accounts on which something moved, and all when the month ends; "daily" for all on every open day
	ValueDays  int    `json:"value_days,omitempty"` // from booking to value of what comes in
	Charge     string `json:"charge,omitempty"`     // major units for every payment, booked by itself; "" for none
	Deduction  string `json:"deduction,omitempty"`  // major units kept from what comes in, as often as Deduct says
	Days       int    `json:"days,omitempty"`       // that delays, returns, reversals and recalls take; 0: 1

	// How often in a thousand.
	Reject    int `json:"reject,omitempty"`    // payments refused by the payee's bank
	Delay     int `json:"delay,omitempty"`     // payments executed later
	Return    int `json:"return,omitempty"`    // payments that come back
	Duplicate int `json:"duplicate,omitempty"` // bookings told of twice
	Deduct    int `json:"deduct,omitempty"`    // of what comes in: charges are kept from it
	Short     int `json:"short,omitempty"`     // of what comes in: the payer pays too little
	Over      int `json:"over,omitempty"`      // of what comes in: the payer pays too much
	Mangle    int `json:"mangle,omitempty"`    // of what comes in: the text arrives changed
	Reverse   int `json:"reverse,omitempty"`   // of what came in: the bank takes it back
	Recall    int `json:"recall,omitempty"`    // of what came in: the payer's bank asks for it
}

// profiles are those that come with the program.
var profiles = map[string]Profile{
	"calm": {TimeZone: "Europe/Berlin", CutOff: "15:00", Calendar: "TARGET", Statements: "daily"},
	"rough": {
		TimeZone: "Europe/Berlin", CutOff: "15:00", Calendar: "TARGET", Statements: "daily", ValueDays: 1, Charge: "0.35", Deduction: "1.50", Days: 2,
		Reject: 40, Delay: 80, Return: 30, Duplicate: 60, Deduct: 80, Short: 60, Over: 30, Mangle: 300, Reverse: 20, Recall: 20,
	},
}

// Calm is the profile of that name.
func Calm() Profile { return profiles["calm"] }

// ReadProfile gives a profile that comes with the program by its name, or reads one from JSON by what read gives for any other.
func ReadProfile(name string, read func(path string) ([]byte, error)) (Profile, error) {
	if p, known := profiles[name]; known {
		return p, nil
	}
	stored, err := read(name)
	if err != nil {
		return Profile{}, fmt.Errorf("profile %q is neither calm nor rough, nor a file that can be read: %w", name, err)
	}
	var p Profile
	decoder := json.NewDecoder(bytes.NewReader(stored))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&p); err != nil {
		return p, fmt.Errorf("profile %s: %w", name, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return p, fmt.Errorf("profile %s: something stands after the profile", name)
	}
	if _, err := p.works(nil); err != nil {
		return p, fmt.Errorf("profile %s: %w", name, err)
	}
	return p, nil
}

// works checks a profile and gives the bank's hours; every fault is told at once.
func (p *Profile) works(now func() time.Time) (*bank.CutOff, error) {
	hours, err := bank.NewCutOff(p.CutOff, p.TimeZone, p.Calendar)
	faults := []error{err}
	if p.Statements != "" && p.Statements != "daily" {
		faults = append(faults, fmt.Errorf(`statements %q: write "daily", or leave it out`, p.Statements))
	}
	for _, n := range []struct {
		name       string
		value, max int
	}{
		{"value_days", p.ValueDays, 30}, {"days", p.Days, 30}, {"reject", p.Reject, 1000}, {"delay", p.Delay, 1000}, {"return", p.Return, 1000},
		{"duplicate", p.Duplicate, 1000}, {"deduct", p.Deduct, 1000}, {"short", p.Short, 1000}, {"over", p.Over, 1000}, {"mangle", p.Mangle, 1000},
		{"reverse", p.Reverse, 1000}, {"recall", p.Recall, 1000},
	} {
		if n.value < 0 || n.value > n.max {
			faults = append(faults, fmt.Errorf("%s %d: between 0 and %d", n.name, n.value, n.max))
		}
	}
	if sum := p.Reject + p.Delay + p.Return; sum > 1000 {
		faults = append(faults, fmt.Errorf("reject, delay and return come to %d of a thousand", sum))
	}
	for name, text := range map[string]string{"charge": p.Charge, "deduction": p.Deduction} { // the errors are joined, at most two
		if value, err := money.ParseScaled(text, 4); text != "" && (err != nil || value < 0) {
			faults = append(faults, fmt.Errorf("%s %q: an amount such as 1.50", name, text))
		}
	}
	if hours != nil {
		hours.Now = now
	}
	return hours, errors.Join(faults...)
}

// minor gives an amount of the profile in a currency; what is finer than its smallest unit is dropped.
func minor(text string, currency money.Currency) money.Minor {
	if text == "" {
		return 0
	}
	const digits = 4
	value, err := money.ParseScaled(text, digits)
	if err != nil {
		return 0 // works has looked
	}
	for range digits - currency.Digits() {
		value /= 10
	}
	return money.Minor(value)
}

// roll gives a number below some bound, by the seed, what it is for and what it is about: never by what happened before.
func (s *state) roll(below int, purpose, about string) int {
	sum := sha256.Sum256([]byte(strconv.FormatUint(s.seed, 10) + " " + purpose + " " + about))
	return int(binary.BigEndian.Uint64(sum[:8]) % uint64(below))
}

// happens tells whether something that is due so often in a thousand happens.
func (s *state) happens(often int, purpose, about string) bool {
	return often > 0 && s.roll(1000, purpose, about) < often
}

// later is an open day a number of days on, at least one.
func (s *state) later() calendar.Date {
	return s.hours.OpenFrom(s.today.AddDays(max(1, s.profile.Days)))
}
