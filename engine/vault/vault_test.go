package vault_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"millrace/engine/vault"
)

func open(t *testing.T, path string, random io.Reader) *vault.Vault {
	t.Helper()
	v, err := vault.Open(path, vault.Options{Random: random})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	return v
}

func put(t *testing.T, v *vault.Vault, content string) vault.Ref {
	t.Helper()
	ref, err := v.Put(t.Context(), "document", []byte(content))
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func TestKeptByteForByte(t *testing.T) {
	for _, path := range []string{"", filepath.Join(t.TempDir(), "vault.db")} {
		v := open(t, path, nil)
		for _, content := range []string{"", "\x00\xff", "<Invoice/>", strings.Repeat("x", 1<<20)} {
			ref := put(t, v, content)
			kind, salt, got, err := v.GetSalted(t.Context(), ref)
			if err != nil || kind != "document" || string(got) != content {
				t.Fatalf("%q of %d bytes, %v", kind, len(got), err)
			}
			if ref != sha256.Sum256(append(salt[:], got...)) {
				t.Error("the reference is not the hash of salt and bytes")
			}
			if put(t, v, content) == ref {
				t.Error("the same bytes have the same reference twice")
			}
		}
		if _, _, err := v.Get(t.Context(), vault.Ref{1}); !errors.Is(err, vault.ErrNotFound) {
			t.Errorf("got %v", err)
		}
	}
}

func TestManyCallers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vault.db")
	v := open(t, path, nil)
	const callers, each = 20, 5
	refs := make([][]vault.Ref, callers)
	var group sync.WaitGroup
	for caller := range callers {
		group.Go(func() {
			var items []vault.Item
			for i := range each {
				items = append(items, vault.Item{Kind: "name", Bytes: fmt.Append(nil, caller, i)})
			}
			var err error
			if refs[caller], err = v.PutAll(context.Background(), items); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Put(t.Context(), "name", nil); !errors.Is(err, vault.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
	v = open(t, path, nil)
	for caller := range callers {
		for i, ref := range refs[caller] {
			if _, got, err := v.Get(t.Context(), ref); err != nil || string(got) != fmt.Sprint(caller, i) {
				t.Errorf("%q %v", got, err)
			}
		}
	}
}

func TestErasedBytesAreNowhereInTheFile(t *testing.T) {
	dir := t.TempDir()
	v := open(t, filepath.Join(dir, "vault.db"), nil)
	const secret = "Grace Hopper, born 1906-12-09"
	ref, other := put(t, v, secret), put(t, v, "something else")
	if err := v.Erase(t.Context(), ref); err != nil {
		t.Fatal(err)
	}
	if _, _, err := v.Get(t.Context(), ref); !errors.Is(err, vault.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	if err := v.Erase(t.Context(), ref); !errors.Is(err, vault.ErrNotFound) {
		t.Errorf("erased twice: %v", err)
	}
	if _, _, err := v.Get(t.Context(), other); err != nil {
		t.Error(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(filepath.Join(dir, file.Name()))
		if err != nil || bytes.Contains(content, []byte(secret)) {
			t.Errorf("%s still has the erased bytes (%v)", file.Name(), err)
		}
	}
}

func TestTokens(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vault.db")
	v := open(t, path, nil)
	token := v.Token("tax number", "DE", "123")
	for _, other := range [][16]byte{
		v.Token("tax number", "DE1", "23"), v.Token("tax numberDE", "123"), v.Token("tax number", "DE", "123", ""),
		open(t, "", nil).Token("tax number", "DE", "123"),
	} {
		if other == token {
			t.Error("two different things have one token")
		}
	}
	v.Close()
	if got := open(t, path, nil).Token("tax number", "DE", "123"); got != token {
		t.Error("the token changed with a restart")
	}
}

func TestScriptedRandomness(t *testing.T) {
	scripted := func() []vault.Ref {
		v := open(t, "", bytes.NewReader(bytes.Repeat([]byte("0123456789abcdef"), 20)))
		return []vault.Ref{put(t, v, "a"), put(t, v, "b")}
	}
	if diff := cmp.Diff(scripted(), scripted()); diff != "" {
		t.Error(diff)
	}
}

func TestSourceOfRandomnessThatEnds(t *testing.T) {
	v := open(t, "", bytes.NewReader(make([]byte, 32)))
	if _, err := v.Put(t.Context(), "x", nil); err == nil {
		t.Error("kept without a salt")
	}
}

func TestBackup(t *testing.T) {
	dir := t.TempDir()
	v := open(t, filepath.Join(dir, "vault.db"), nil)
	ref := put(t, v, "kept")
	if err := v.Backup(t.Context(), filepath.Join(dir, "copy.db")); err != nil {
		t.Fatal(err)
	}
	put(t, v, "later")
	copied := open(t, filepath.Join(dir, "copy.db"), nil)
	if _, got, err := copied.Get(t.Context(), ref); err != nil || string(got) != "kept" {
		t.Errorf("%q %v", got, err)
	}
	if copied.Token("x") != v.Token("x") {
		t.Error("the key is not in the copy")
	}
	if err := v.Backup(t.Context(), filepath.Join(dir, "copy.db")); err == nil {
		t.Error("a backup over another")
	}
}

func TestAnotherFileIsNoVault(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vault.db")
	if err := os.WriteFile(path, bytes.Repeat([]byte("no database "), 100), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := vault.Open(path, vault.Options{}); err == nil {
		t.Error("opened")
	}
}
