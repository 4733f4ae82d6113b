package signin

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"millrace/domain/id"
	"millrace/engine/people"
)

// light is work that a test can afford.
var light = Work{MemoryKiB: 64, Passes: 1, Lanes: 1}

// counting is a source of bytes that never repeats and is the same in every run.
type counting struct{ n byte }

func (c *counting) Read(bytes []byte) (int, error) {
	for i := range bytes {
		c.n++
		bytes[i] = c.n * 167
		if i%7 == 0 {
			bytes[i] ^= byte(len(bytes))
		}
		if c.n == 0 {
			c.n = 3
		}
	}
	return len(bytes), nil
}

type scene struct {
	*testing.T
	desk *Desk
	at   time.Time
	from From
}

func newScene(t *testing.T, issuers ...Issuer) *scene {
	t.Helper()
	store, err := people.Open(filepath.Join(t.TempDir(), people.FileName))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	s := &scene{T: t, at: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC), from: From{"203.0.113.7", "a browser"}}
	s.desk, err = New(Options{Store: store, Now: func() time.Time { return s.at }, Work: light, Issuers: issuers})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const goodPassword = "correct horse battery"

// enrolled lets a person in by a link and gives the secret of its authenticator, with the recovery codes.
func (s *scene) enrolled(login string, actor id.Actor) ([]byte, Enrolled) {
	s.Helper()
	link, err := s.desk.Invite(s.Context(), people.Invitation{Kind: people.Invited, Actor: actor, Name: "Anna", Login: login}, ByLink, s.from)
	if err != nil {
		s.Fatal(err)
	}
	i, err := s.desk.Link(s.Context(), link)
	if err != nil {
		s.Fatal(err)
	}
	e, err := s.desk.Enrol(s.Context(), link, Enrolment{Login: login, Name: "Anna", Password: goodPassword, Code: codeAt(i.Authenticator, stepOf(s.at))}, s.from)
	if err != nil {
		s.Fatal(err)
	}
	if _, err := s.desk.Link(s.Context(), link); !errors.Is(err, ErrOver) {
		s.Errorf("the link is good for a second time: %v", err)
	}
	return i.Authenticator, e
}

func (s *scene) signIn(login, password, code string) (string, error) {
	step, err := s.desk.Password(s.Context(), login, password, s.from)
	if err != nil {
		return "", err
	}
	return s.desk.Code(s.Context(), step, code, s.from)
}

// RFC 6238, appendix B, for SHA-1, cut to six digits.
func TestCodesOfTheStandard(t *testing.T) {
	key := []byte("12345678901234567890")
	for seconds, want := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"} {
		if got := codeAt(key, stepOf(time.Unix(seconds, 0))); got != want {
			t.Errorf("at %d: %s, want %s", seconds, got, want)
		}
	}
}

func TestPasswordsAreRehashed(t *testing.T) {
	s := newScene(t)
	key, _ := s.enrolled("anna@mill.example", 2)
	before, err := s.desk.store.ByLogin(t.Context(), "anna@mill.example")
	if err != nil || !strings.HasPrefix(before.Password, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Fatal(before.Password, err)
	}
	s.desk.work.Passes = 2
	s.at = s.at.Add(time.Minute)
	if _, err := s.signIn("Anna@mill.example ", goodPassword, codeAt(key, stepOf(s.at))); err != nil {
		t.Fatal(err)
	}
	after, err := s.desk.store.ByLogin(t.Context(), "anna@mill.example")
	if err != nil || !strings.HasPrefix(after.Password, "$argon2id$v=19$m=64,t=2,p=1$") {
		t.Fatal(after.Password, err)
	}
	if same, outdated := s.desk.matches(goodPassword, after.Password); !same || outdated {
		t.Error("the new hash is not of the same password")
	}
}

func TestACodeIsTakenOnce(t *testing.T) {
	s := newScene(t)
	key, e := s.enrolled("anna", 2)
	if _, err := s.signIn("anna", goodPassword, codeAt(key, stepOf(s.at))); !errors.Is(err, ErrRefused) {
		t.Errorf("the code that set access up signs in: %v", err)
	}
	s.at = s.at.Add(31 * time.Second)
	code := codeAt(key, stepOf(s.at))
	if _, err := s.signIn("anna", goodPassword, code[:3]+" "+code[3:]); err != nil {
		t.Fatal(err)
	}
	if _, err := s.signIn("anna", goodPassword, code); !errors.Is(err, ErrRefused) {
		t.Errorf("a code was taken twice: %v", err)
	}
	if _, err := s.signIn("anna", goodPassword, e.Codes[0]); err != nil {
		t.Errorf("a recovery code: %v", err)
	}
	if _, err := s.signIn("anna", goodPassword, e.Codes[0]); !errors.Is(err, ErrRefused) {
		t.Errorf("a recovery code was taken twice: %v", err)
	}
	if left, err := s.desk.store.RecoveryLeft(t.Context(), 1); err != nil || left != recoveryCodes-1 {
		t.Errorf("%d recovery codes are left: %v", left, err)
	}
}

func TestAccountsAreLockedForLongerEachTime(t *testing.T) {
	for _, login := range []string{"anna", "nobody"} { // whether anybody has the name or not
		s := newScene(t)
		key, _ := s.enrolled("anna", 2)
		s.at = s.at.Add(time.Hour)
		for range failuresFree {
			if _, err := s.signIn(login, "wrong horse battery", ""); !errors.Is(err, ErrRefused) {
				t.Fatal(err)
			}
		}
		for _, span := range []time.Duration{lockFirst, 2 * lockFirst, 4 * lockFirst} {
			f, err := s.desk.store.Failing(t.Context(), account(login))
			if err != nil || !f.Until.Equal(s.at.Add(span)) {
				t.Fatalf("%s: locked until %v, want %v from %v: %v", login, f.Until, span, s.at, err)
			}
			if _, err := s.signIn(login, goodPassword, codeAt(key, stepOf(s.at))); !errors.Is(err, ErrRefused) {
				t.Errorf("%s: signed in while locked: %v", login, err)
			}
			s.at = s.at.Add(span)
			if _, err := s.signIn(login, "wrong horse battery", ""); !errors.Is(err, ErrRefused) {
				t.Fatal(err)
			}
		}
		s.at = s.at.Add(lockMax)
		if _, err := s.signIn("anna", goodPassword, codeAt(key, stepOf(s.at))); err != nil {
			t.Errorf("after the lock: %v", err)
		}
	}
}

func TestAnAddressTriesSoOften(t *testing.T) {
	s := newScene(t)
	for i := range addressBurst {
		if _, err := s.signIn(fmt.Sprint("name ", i), "wrong", ""); !errors.Is(err, ErrRefused) {
			t.Fatal(err)
		}
	}
	if _, err := s.signIn("another", "wrong", ""); !errors.Is(err, ErrTooMany) {
		t.Errorf("%v", err)
	}
	elsewhere := From{Address: "2001:db8::1"}
	if err := s.desk.Admit(elsewhere); err != nil {
		t.Errorf("another address: %v", err)
	}
	s.at = s.at.Add(addressPeriod)
	if _, err := s.signIn("another", "wrong", ""); !errors.Is(err, ErrRefused) {
		t.Errorf("after a while: %v", err)
	}
	if network("2001:db8::1") != network("2001:db8::ffff") || network("2001:db8::1") == network("2001:db8:0:1::1") || network("::ffff:10.0.0.1") != "10.0.0.1" {
		t.Error("networks")
	}
}

func TestSessionsEnd(t *testing.T) {
	s := newScene(t)
	key, e := s.enrolled("anna", 2)
	used := func(secret string, after time.Duration, want error) people.Session {
		t.Helper()
		s.at = s.at.Add(after)
		found, err := s.desk.Session(t.Context(), secret)
		if !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", s.at, err, want)
		}
		return found
	}
	first := used(e.Session, idleSpan-time.Second, nil)
	if s.desk.Fresh(&first) {
		t.Error("the second factor is fresh after half an hour")
	}
	used(e.Session, idleSpan, ErrOver)
	used(e.Session, 0, ErrOver)
	secret, err := s.signIn("anna", goodPassword, codeAt(key, stepOf(s.at)))
	if err != nil {
		t.Fatal(err)
	}
	for range int(sessionSpan/(20*time.Minute)) - 1 {
		used(secret, 20*time.Minute, nil)
	}
	used(secret, 20*time.Minute, ErrOver)

	var all []string
	for range 3 {
		s.at = s.at.Add(time.Minute)
		secret, err := s.signIn("anna", goodPassword, codeAt(key, stepOf(s.at)))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, secret)
	}
	kept := used(all[2], 0, nil)
	if err := s.desk.SetPassword(t.Context(), &kept, "another battery entirely", s.from); err != nil {
		t.Fatal(err)
	}
	used(all[0], 0, ErrOver)
	used(all[1], 0, ErrOver)
	used(all[2], 0, nil)
	if err := s.desk.SignOut(t.Context(), all[2], s.from); err != nil {
		t.Fatal(err)
	}
	used(all[2], 0, ErrOver)
}

func TestAFactorIsShownAgain(t *testing.T) {
	s := newScene(t)
	key, e := s.enrolled("anna", 2)
	s.at = s.at.Add(FreshSpan)
	session, err := s.desk.Session(t.Context(), e.Session)
	if err != nil || s.desk.Fresh(&session) {
		t.Fatal("fresh", err)
	}
	if err := s.desk.Prove(t.Context(), &session, "000000", s.from); !errors.Is(err, ErrRefused) {
		t.Error(err)
	}
	if err := s.desk.Prove(t.Context(), &session, codeAt(key, stepOf(s.at)), s.from); err != nil {
		t.Fatal(err)
	}
	if session, err = s.desk.Session(t.Context(), e.Session); err != nil || !s.desk.Fresh(&session) {
		t.Error("not fresh", err)
	}
}

func TestAResetTakesEverythingAway(t *testing.T) {
	s := newScene(t)
	key, e := s.enrolled("anna", 2)
	link, err := s.desk.Invite(t.Context(), people.Invitation{Kind: people.Reset, Person: 1}, ByCommand, s.from)
	if err != nil {
		t.Fatal(err)
	}
	i, err := s.desk.Link(t.Context(), link)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.desk.Session(t.Context(), e.Session); err != nil {
		t.Errorf("a link that was not used ends a session: %v", err)
	}
	if _, err := s.desk.Enrol(t.Context(), link, Enrolment{Password: "short", Code: codeAt(i.Authenticator, stepOf(s.at))}, s.from); !errors.Is(err, ErrWeak) {
		t.Errorf("a short password: %v", err)
	}
	if _, err := s.desk.Enrol(t.Context(), link, Enrolment{Password: "another battery entirely", Code: codeAt(i.Authenticator, stepOf(s.at))}, s.from); err != nil {
		t.Fatal(err)
	}
	if _, err := s.desk.Session(t.Context(), e.Session); !errors.Is(err, ErrOver) {
		t.Errorf("a session from before: %v", err)
	}
	s.at = s.at.Add(time.Minute)
	if _, err := s.signIn("anna", goodPassword, codeAt(key, stepOf(s.at))); !errors.Is(err, ErrRefused) {
		t.Errorf("the old password: %v", err)
	}
	if _, err := s.signIn("anna", "another battery entirely", codeAt(i.Authenticator, stepOf(s.at))); err != nil {
		t.Errorf("the new one: %v", err)
	}
	late, err := s.desk.Invite(t.Context(), people.Invitation{Kind: people.Reset, Person: 1}, ByCommand, s.from)
	if err != nil {
		t.Fatal(err)
	}
	s.at = s.at.Add(resetSpan)
	if _, err := s.desk.Link(t.Context(), late); !errors.Is(err, ErrOver) {
		t.Errorf("a link that has run out: %v", err)
	}
}

func TestTheJournalIsOnlyAddedTo(t *testing.T) {
	s := newScene(t)
	s.enrolled("anna", 2)
	if _, err := s.signIn("anna", "wrong horse battery", ""); !errors.Is(err, ErrRefused) {
		t.Fatal(err)
	}
	lines, err := s.desk.store.SignIns(t.Context(), 1, 10)
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, l := range lines {
		words = append(words, l.What)
	}
	if got := strings.Join(words, ", "); got != "refused, signed in, access set up" || lines[0].Address != s.from.Address {
		t.Errorf("%s: %+v", got, lines[0])
	}
}

func TestASuspendedPersonIsOut(t *testing.T) {
	s := newScene(t)
	key, e := s.enrolled("anna", 2)
	if err := s.desk.store.Suspend(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if _, err := s.desk.Session(t.Context(), e.Session); !errors.Is(err, ErrOver) {
		t.Errorf("the session goes on: %v", err)
	}
	s.at = s.at.Add(time.Minute)
	if _, err := s.signIn("anna", goodPassword, codeAt(key, stepOf(s.at))); !errors.Is(err, ErrRefused) {
		t.Errorf("signed in: %v", err)
	}
	link, err := s.desk.Invite(t.Context(), people.Invitation{Kind: people.Reset, Person: 1}, ByCommand, s.from)
	if err != nil {
		t.Fatal(err)
	}
	i, err := s.desk.Link(t.Context(), link)
	if err != nil {
		t.Fatal(err)
	}
	if e, err = s.desk.Enrol(t.Context(), link, Enrolment{Password: goodPassword, Code: codeAt(i.Authenticator, stepOf(s.at))}, s.from); err != nil {
		t.Fatal(err)
	}
	if _, err := s.desk.Session(t.Context(), e.Session); err != nil {
		t.Errorf("after the reset: %v", err)
	}
}

// A name that nobody has costs as much work as somebody's.
func TestNobodyIsAsMuchWorkAsSomebody(t *testing.T) {
	s := newScene(t)
	s.enrolled("anna", 2)
	p, err := s.desk.store.ByLogin(t.Context(), "anna")
	if err != nil {
		t.Fatal(err)
	}
	known, unknown := strings.Split(p.Password, "$"), strings.Split(s.desk.dummy, "$")
	if len(known) != 6 || len(unknown) != 6 || known[3] != unknown[3] || len(known[4]) != len(unknown[4]) || len(known[5]) != len(unknown[5]) {
		t.Errorf("%s and %s", p.Password, s.desk.dummy)
	}
	if same, outdated := s.desk.matches("", s.desk.dummy); same || outdated {
		t.Error("somebody has nobody's password")
	}
}

func TestSecretsAreStoredAsHashes(t *testing.T) {
	s := newScene(t)
	_, e := s.enrolled("anna", 2)
	path := filepath.Join(t.TempDir(), "copy.db")
	if err := s.desk.store.Backup(context.Background(), path); err != nil {
		t.Fatal(err)
	}
	copied, err := people.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = copied.Close() }()
	if _, err := copied.Session(t.Context(), hashOf(e.Session)); !errors.Is(err, people.ErrNotFound) {
		t.Errorf("a backup holds sessions: %v", err)
	}
	if p, err := copied.ByLogin(t.Context(), "anna"); err != nil || p.Name != "Anna" || strings.Contains(p.Password, goodPassword) {
		t.Error(p, err)
	}
}

func TestWhatIsWeak(t *testing.T) {
	for password, weak := range map[string]bool{
		"": true, "elevenchars": true, "aaaaaaaaaaaaaaaa": true, "i am annabel myself": true, "i am someone myself": false, strings.Repeat("long enough ", 100): true, "ein schöner Satz": false,
	} {
		if got := Weak(password, "Annabel@mill.example") != ""; got != weak {
			t.Errorf("%q: %v", password, got)
		}
	}
}

func TestTheSourceOfRandomnessIsGiven(t *testing.T) {
	store, err := people.Open("")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	drawn := func() string {
		d, err := New(Options{Store: store, Random: &counting{}, Work: light})
		if err != nil {
			t.Fatal(err)
		}
		secret, err := d.secret()
		if err != nil {
			t.Fatal(err)
		}
		return secret
	}
	if first, second := drawn(), drawn(); first != second || len(first) != base64.RawURLEncoding.EncodedLen(secretBytes) {
		t.Error(first, second)
	}
	if _, err := New(Options{Store: store, Random: strings.NewReader(""), Work: light}); err == nil {
		t.Error("a desk without randomness")
	}
}

// Whoever asks for very many ceremonies does not push out who waits for a code.
func TestAFloodOfCeremonies(t *testing.T) {
	s := newScene(t)
	key, _ := s.enrolled("anna", 2)
	s.at = s.at.Add(time.Minute)
	step, err := s.desk.Password(t.Context(), "anna", goodPassword, s.from)
	if err != nil {
		t.Fatal(err)
	}
	for range steps + 100 {
		if _, err := s.desk.wait(waiting{kind: passkeyStep}); err != nil {
			t.Fatal(err)
		}
	}
	if len(s.desk.waiting) > steps+1 {
		t.Errorf("%d steps wait", len(s.desk.waiting))
	}
	if _, err := s.desk.Code(t.Context(), step, codeAt(key, stepOf(s.at)), s.from); err != nil {
		t.Error(err)
	}
}
