package console_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
)

func TestServeForScreens(t *testing.T) {
	if os.Getenv("SCREENS") == "" {
		t.Skip()
	}
	s := newStage(t)
	s.play()
	secret := s.key(s.maker)
	seller := s.key(s.actors["rottmuehl"])
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/quit" {
			os.Remove("/tmp/screens.url")
			w.WriteHeader(200)
			go func() { os.Exit(0) }()
			return
		}
		k := secret
		if r.URL.Query().Get("as") == "seller" {
			k = seller
		}
		if r.URL.Query().Get("as") != "none" {
			r.Header.Set("Authorization", "Bearer "+k)
		}
		s.handler.ServeHTTP(w, r)
	})
	srv := httptest.NewServer(h)
	defer srv.Close()
	os.WriteFile("/tmp/screens.url", []byte(srv.URL+"\n"+s.receivable("01-castings")+"\n"+s.receivable("06-bearings-price")+"\n"+s.receivable("09-castings-large")+"\n"), 0o644)
	fmt.Println(srv.URL)
	select {}
}
