package access_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/engine"
	"millrace/lab/load"
)

func node(t *testing.T) (*engine.Engine, *load.World) {
	t.Helper()
	ctx := context.Background()
	e, err := engine.Open(load.Options(""))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(ctx) })
	w, err := load.NewWorld(load.SubmitTo(ctx, e), 1)
	if err != nil {
		t.Fatal(err)
	}
	return e, w
}

func request(remote, host string, headers map[string]string) *http.Request {
	r := httptest.NewRequest("POST", "http://"+host+"/v1/me", nil)
	r.RemoteAddr = remote
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	return r
}

func TestSecrets(t *testing.T) {
	secret, hash, err := access.NewSecret(bytes.NewReader(make([]byte, 37)))
	if err != nil || secret != "mlr_aaaaaaaa_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" || hash != sha256.Sum256([]byte(secret)) {
		t.Fatal(secret, err)
	}
	if !access.WellFormed(secret) || access.WellFormed(secret+"a") || access.WellFormed("") || access.WellFormed("mlr_"+secret) {
		t.Fatal("form")
	}
	if _, _, err := access.NewSecret(bytes.NewReader(nil)); err == nil {
		t.Fatal("a secret without random bits")
	}
}

func TestAKeyOpensUntilItIsRevoked(t *testing.T) {
	e, w := node(t)
	a := access.New(e)
	submit := load.SubmitTo(context.Background(), e)
	secret, hash, err := access.NewSecret(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	r := request("203.0.113.7:1", "millrace.example", map[string]string{"Authorization": "Bearer " + secret})
	if _, err := a.Authenticate(r); !errors.Is(err, access.ErrKeyUnknown) {
		t.Fatal(err)
	}
	events, err := submit(w.Maker, "", &book.AddKey{Actor: w.SellerActors[0], Name: "erp", Hash: hash})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 { // from the tables, then from memory
		caller, err := a.Authenticate(r)
		if err != nil || caller.Actor != w.SellerActors[0] || caller.Party != w.Sellers[0] || caller.Role != party.Seller || caller.SeesAll() {
			t.Fatal(caller, err)
		}
	}
	if _, err := submit(w.Maker, "", &book.RevokeKey{Key: events[0].(*book.KeyAdded).Key.ID}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Authenticate(r); !errors.Is(err, access.ErrKeyUnknown) {
		t.Fatal(err)
	}
	for _, value := range []string{"", "Bearer", "Bearer x", "Basic " + secret, "Bearer  mlr_" + secret} {
		r.Header.Set("Authorization", value)
		if _, err := a.Authenticate(r); !errors.Is(err, access.ErrNoKey) {
			t.Errorf("%q: %v", value, err)
		}
	}
}

func TestWithoutKeysOnlyThisMachineIsServed(t *testing.T) {
	e, _ := node(t)
	a := access.Open(e)
	for _, c := range []struct {
		remote, host string
		headers      map[string]string
		served       bool
	}{
		{"127.0.0.1:5000", "localhost:8080", nil, true},
		{"[::1]:5000", "[::1]:8080", nil, true},
		{"127.0.0.1:5000", "127.0.0.1", nil, true},
		{"203.0.113.7:5000", "localhost", nil, false},
		{"", "localhost", nil, false},
		{"127.0.0.1:5000", "rebound.example", nil, false},
		{"127.0.0.1:5000", "localhost", map[string]string{"X-Forwarded-For": "203.0.113.7"}, false},
		{"127.0.0.1:5000", "localhost", map[string]string{"Sec-Fetch-Site": "cross-site"}, false},
		{"127.0.0.1:5000", "localhost", map[string]string{"Origin": "https://other.example"}, false},
	} {
		caller, err := a.Authenticate(request(c.remote, c.host, c.headers))
		if c.served != (err == nil) || err != nil && !errors.Is(err, access.ErrNotLocal) {
			t.Errorf("%+v: %v", c, err)
		}
		if c.served && (caller.Actor != id.Make[id.Actor](1, 1) || !caller.SeesAll()) {
			t.Errorf("%+v: %+v", c, caller)
		}
	}
}

func TestAnAuditorSeesWhatItsPartySees(t *testing.T) {
	for _, c := range []struct {
		caller access.Caller
		all    bool
		views  party.Role
	}{
		{access.Caller{Role: party.Auditor, PartyRoles: party.Operator}, true, party.Operator},
		{access.Caller{Role: party.Auditor, PartyRoles: party.Auditor}, true, party.Auditor},
		{access.Caller{Role: party.Auditor, PartyRoles: party.Seller | party.Anchor}, false, party.Seller | party.Anchor | party.Buyer},
		{access.Caller{Role: party.Bank, PartyRoles: party.Custodian | party.Funder}, false, party.Bank | party.Custodian},
	} {
		if c.caller.SeesAll() != c.all || c.caller.Views() != c.views {
			t.Errorf("%+v: %v %v", c.caller, c.caller.SeesAll(), c.caller.Views().Names())
		}
	}
}
