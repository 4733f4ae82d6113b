package people

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"millrace/domain/id"
)

func opened(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

// enrolled lets a person in as an actor.
func enrolled(t *testing.T, s *Store, login string, actor id.Actor, c Credentials) (int64, error) {
	t.Helper()
	i := Invitation{Hash: [32]byte{byte(actor)}, ID: login, Kind: Invited, Actor: actor, Authenticator: []byte{1}, Made: noon, Until: noon.Add(time.Hour)}
	if err := s.Invite(t.Context(), i); err != nil {
		t.Fatal(err)
	}
	return s.Enrol(t.Context(), i, Person{Login: login, Name: login, Handle: []byte(login)}, c, noon)
}

func TestTheFileIsItsOwnersAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), FileName)
	s := opened(t, path)
	if _, err := enrolled(t, s, "anna", 1, Credentials{Password: "hash"}); err != nil {
		t.Fatal(err)
	}
	copied := path + ".copy"
	if err := s.Backup(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{path, path + "-wal", copied} {
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", file, info.Mode(), err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if p, err := opened(t, path).ByActor(t.Context(), 1); err != nil || p.Login != "anna" || !p.Made.Equal(noon) {
		t.Error(p, err)
	}
}

func TestAnotherLayoutIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), FileName)
	s := opened(t, path)
	if _, err := s.db.Exec("PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); err == nil || !strings.Contains(err.Error(), "layout 99") {
		t.Error(err)
	}
}

func TestTheJournalRefusesChanges(t *testing.T) {
	s := opened(t, "")
	if err := s.Record(t.Context(), SignIn{At: noon, What: "signed in"}); err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{"UPDATE sign_in SET what = 'nothing'", "DELETE FROM sign_in"} {
		if _, err := s.db.Exec(statement); err == nil || !strings.Contains(err.Error(), "only added to") {
			t.Errorf("%s: %v", statement, err)
		}
	}
}

// What belongs to somebody is nobody else's, and a link whose use fails is as good as before.
func TestWhatBelongsToSomebodyIsTaken(t *testing.T) {
	s := opened(t, "")
	key, subject := &Passkey{ID: []byte("key"), Name: "laptop", Record: []byte("{}")}, &Subject{Issuer: "https://issuer.example", Subject: "a"}
	if _, err := enrolled(t, s, "anna", 1, Credentials{Passkey: key, Subject: subject}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]Credentials{"passkey": {Passkey: key}, "subject": {Subject: subject}} {
		if _, err := enrolled(t, s, "berta", 2, c); !errors.Is(err, ErrTaken) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := s.ByLogin(t.Context(), "berta"); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: half a person is left: %v", name, err)
		}
		if _, err := s.Invitation(t.Context(), [32]byte{2}, noon); err != nil {
			t.Errorf("%s: the link is spent: %v", name, err)
		}
		if _, err := s.db.Exec("DELETE FROM invitation"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := enrolled(t, s, "Anna again", 1, Credentials{}); !errors.Is(err, ErrTaken) {
		t.Errorf("an actor of two persons: %v", err)
	}
}

func TestSweepDropsWhatIsOver(t *testing.T) {
	s := opened(t, "")
	for i, age := range []time.Duration{time.Minute, time.Hour, 10 * time.Hour} {
		begun := noon.Add(-age)
		if err := s.Begin(t.Context(), Session{Hash: [32]byte{byte(i)}, ID: string(rune('a' + i)), Person: 1, Begun: begun, Seen: begun}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Sweep(t.Context(), noon.Add(-8*time.Hour), noon.Add(-30*time.Minute), noon.Add(-720*time.Hour)); err != nil {
		t.Fatal(err)
	}
	left, err := s.Sessions(t.Context(), 1)
	if err != nil || len(left) != 1 || left[0].ID != "a" {
		t.Error(left, err)
	}
}
