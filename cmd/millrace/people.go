package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"millrace/domain/id"
	"millrace/edge/signin"
	"millrace/engine"
	"millrace/engine/people"
)

// peopleFlags say how people reach the node and prove who they are.
type peopleFlags struct {
	PublicURL      string   `name:"public-url" help:"Address under which people reach the node, like https://mill.example. Passkeys and single sign-on belong to it." placeholder:"URL"`
	TrustedProxy   []string `help:"Address or network of a proxy whose X-Forwarded-For is believed." placeholder:"CIDR"`
	SignOn         string   `help:"File with the issuers of OpenID Connect at which people may sign in. See doc/ACCESS.md." type:"existingfile" placeholder:"FILE"`
	TLSCertificate string   `name:"tls-certificate" help:"Certificate chain in PEM: the node serves over TLS itself." type:"existingfile" placeholder:"FILE"`
	TLSKey         string   `name:"tls-key" help:"Private key in PEM." type:"existingfile" placeholder:"FILE"`
}

// overTLS tells whether people reach the node over TLS.
func (f *peopleFlags) overTLS() bool {
	at, err := url.Parse(f.PublicURL)
	return f.TLSCertificate != "" || err == nil && at.Scheme == "https"
}

func (f *peopleFlags) proxies() ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, text := range f.TrustedProxy {
		network, err := netip.ParsePrefix(text)
		if address, addressErr := netip.ParseAddr(text); addressErr == nil {
			network, err = netip.PrefixFrom(address, address.BitLen()), nil
		}
		if err != nil {
			return nil, usage{fmt.Errorf("--trusted-proxy %s: it is no address like 10.0.0.1 and no network like 10.0.0.0/8", text)}
		}
		all = append(all, network)
	}
	return all, nil
}

func (f *peopleFlags) check() error {
	if (f.TLSCertificate == "") != (f.TLSKey == "") {
		return usage{errors.New("--tls-certificate and --tls-key go together")}
	}
	if f.PublicURL == "" {
		return nil
	}
	at, err := url.Parse(f.PublicURL)
	if err != nil || at.Host == "" || at.Scheme != "https" && at.Hostname() != "localhost" || at.Path != "" && at.Path != "/" {
		return usage{fmt.Errorf("--public-url %s: it is https:// and a host, without a path", f.PublicURL)}
	}
	return nil
}

var issuerName = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)

// issuers reads the file of issuers: a list, or an object with the member issuers. A secret may stand in a file of its own.
func (f *peopleFlags) issuers() ([]signin.Issuer, error) {
	if f.SignOn == "" {
		return nil, nil
	}
	content, err := os.ReadFile(f.SignOn)
	if err != nil {
		return nil, usage{err}
	}
	var file struct {
		Issuers []struct {
			signin.Issuer
			SecretFile string `json:"client_secret_file"`
		} `json:"issuers"`
	}
	if err := json.Unmarshal(content, &file); err != nil {
		return nil, usage{fmt.Errorf("%s: %w", f.SignOn, err)}
	}
	var all []signin.Issuer
	for i, one := range file.Issuers {
		at, err := url.Parse(one.Issuer.Issuer)
		switch {
		case !issuerName.MatchString(one.Name):
			return nil, usage{fmt.Errorf("%s: issuer %d: name %q is not of 1 to 40 small letters, digits and hyphens", f.SignOn, i+1, one.Name)}
		case err != nil || at.Scheme != "https" && at.Hostname() != "localhost" && at.Hostname() != "127.0.0.1":
			return nil, usage{fmt.Errorf("%s: issuer %s: issuer %q is no https address", f.SignOn, one.Name, one.Issuer.Issuer)}
		case one.ClientID == "":
			return nil, usage{fmt.Errorf("%s: issuer %s: client_id is missing", f.SignOn, one.Name)}
		}
		if one.SecretFile != "" {
			path := one.SecretFile
			if !filepath.IsAbs(path) {
				path = filepath.Join(filepath.Dir(f.SignOn), path)
			}
			secret, err := os.ReadFile(path)
			if err != nil {
				return nil, usage{fmt.Errorf("%s: issuer %s: %w", f.SignOn, one.Name, err)}
			}
			one.ClientSecret = string(trimmed(secret))
		}
		if one.Title == "" {
			one.Title = one.Name
		}
		all = append(all, one.Issuer)
	}
	return all, nil
}

func trimmed(bytes []byte) []byte {
	for len(bytes) > 0 && (bytes[len(bytes)-1] == '\n' || bytes[len(bytes)-1] == '\r') {
		bytes = bytes[:len(bytes)-1]
	}
	return bytes
}

// openDesk opens the store of people. A demo's is in memory: it is told again and forgets.
func (c *serveCommand) openDesk() (*signin.Desk, error) {
	issuers, err := c.issuers()
	if err != nil {
		return nil, err
	}
	path := filepath.Join(c.Data, people.FileName)
	if _, err := os.Stat(filepath.Join(c.Data, demoMark)); err == nil {
		path = ""
	}
	store, err := people.Open(path)
	if err != nil {
		return nil, err
	}
	desk, err := signin.New(signin.Options{Store: store, Origin: c.PublicURL, Issuers: issuers})
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return desk, nil
}

// offerSetUp prints the link with which the administrator is set up, as long as nobody has access.
func (c *serveCommand) offerSetUp(ctx context.Context, e *engine.Engine, desk *signin.Desk, at net.Addr) error {
	count, err := desk.Store().Count(ctx)
	if err != nil || count > 0 || e.ReadOnly() {
		return err
	}
	link := administratorLink()
	link.Name = strings.TrimSpace(c.First)
	secret, err := desk.Invite(ctx, link, signin.ByCommand, signin.From{})
	if err != nil {
		return err
	}
	_, port, err := net.SplitHostPort(at.String())
	if err != nil {
		return err
	}
	scheme := "http"
	if c.TLSCertificate != "" {
		scheme = "https"
	}
	fmt.Fprintf(os.Stderr, "millrace: nobody has access yet. Set up the administrator on this machine, within %d hours and once:\n  %s://localhost:%s/set-up/%s\n",
		int(signin.LinkSpan/time.Hour), scheme, port, secret)
	return nil
}

// administratorLink is for the operator's first actor.
func administratorLink() people.Invitation {
	return people.Invitation{Kind: people.Administrator, Actor: id.Make[id.Actor](shard, 1), Party: id.Make[id.Party](shard, 1)}
}

// accessCommand lets people in again who are locked out.
type accessCommand struct {
	List    accessListCommand    `cmd:"" help:"List who signs in."`
	Link    accessLinkCommand    `cmd:"" help:"Print another link with which the administrator is set up, while nobody has access."`
	Suspend accessSuspendCommand `cmd:"" help:"End somebody's sessions, and let the person in no more until its access is reset."`
	Reset   accessResetCommand   `cmd:"" help:"Print a link with which somebody sets up access anew. What they sign in with now is good until it is used."`
}

// deskFlag opens the store of people, also beside a running server.
type deskFlag struct {
	dataFlag
	URL string `help:"Address under which the node is reached." default:"http://localhost:8080"`
}

func (c *deskFlag) open() (*signin.Desk, error) {
	if err := exists(c.Data); err != nil {
		return nil, err
	}
	store, err := people.Open(filepath.Join(c.Data, people.FileName))
	if err != nil {
		return nil, found{err}
	}
	desk, err := signin.New(signin.Options{Store: store})
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return desk, nil
}

type accessListCommand struct{ deskFlag }

// Run prints one line a person.
func (c *accessListCommand) Run(ctx context.Context) error {
	desk, err := c.open()
	if err != nil {
		return err
	}
	defer func() { _ = desk.Store().Close() }() // it was only read
	all, err := desk.Store().People(ctx)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		fmt.Println("Nobody has access. millrace serve prints the link with which the administrator is set up.")
		return nil
	}
	for _, p := range all {
		actors, err := desk.Store().Actors(ctx, p.ID)
		if err != nil {
			return err
		}
		last, err := desk.Store().LastSignIn(ctx, p.ID, signin.WordSignedIn)
		if err != nil {
			return err
		}
		state, seen := "active", "never"
		if p.Suspended {
			state = "suspended"
		}
		if !last.IsZero() {
			seen = last.UTC().Format(time.RFC3339)
		}
		fmt.Printf("%s  %q  %s  acts as %v  last signed in %s\n", p.Login, p.Name, state, actors, seen)
	}
	return nil
}

type accessLinkCommand struct{ deskFlag }

// Run prints the link.
func (c *accessLinkCommand) Run(ctx context.Context) error {
	desk, err := c.open()
	if err != nil {
		return err
	}
	defer func() { _ = desk.Store().Close() }() // what was written is synced
	count, err := desk.Store().Count(ctx)
	if err != nil {
		return err
	}
	if count > 0 {
		return usage{errors.New("somebody has access already: use access reset, or let them invite")}
	}
	secret, err := desk.Invite(ctx, administratorLink(), signin.ByCommand, signin.From{})
	if err == nil {
		fmt.Printf("%s/set-up/%s\n", c.URL, secret)
	}
	return err
}

type accessSuspendCommand struct {
	deskFlag
	Login string `arg:"" help:"Name or e-mail address with which the person signs in."`
}

// Run suspends the person.
func (c *accessSuspendCommand) Run(ctx context.Context) error {
	desk, err := c.open()
	if err != nil {
		return err
	}
	defer func() { _ = desk.Store().Close() }() // what was written is synced
	p, err := known(ctx, desk, c.Login)
	if err != nil {
		return err
	}
	if err := desk.Store().Suspend(ctx, p.ID); err != nil {
		return err
	}
	fmt.Printf("%s is suspended, and signed out everywhere.\n", p.Login)
	return desk.Note(ctx, p.ID, 0, signin.WordSuspended, signin.ByCommand, "", signin.From{})
}

// known finds who signs in under a name.
func known(ctx context.Context, desk *signin.Desk, login string) (people.Person, error) {
	p, err := desk.Store().ByLogin(ctx, signin.Login(login))
	if errors.Is(err, people.ErrNotFound) {
		return p, usage{fmt.Errorf("nobody signs in as %q; millrace access list shows who does", login)}
	}
	return p, err
}

type accessResetCommand struct {
	deskFlag
	Login string `arg:"" help:"Name or e-mail address with which the person signs in."`
}

// Run prints the link.
func (c *accessResetCommand) Run(ctx context.Context) error {
	desk, err := c.open()
	if err != nil {
		return err
	}
	defer func() { _ = desk.Store().Close() }() // what was written is synced
	p, err := known(ctx, desk, c.Login)
	if err != nil {
		return err
	}
	secret, err := desk.Invite(ctx, people.Invitation{Kind: people.Reset, Person: p.ID}, signin.ByCommand, signin.From{})
	if err == nil {
		fmt.Printf("%s/set-up/%s\nIt may be used once, within two hours.\n", c.URL, secret)
	}
	return err
}

// copyPeople copies the store of people of a data directory, where there is one, into another directory.
func copyPeople(ctx context.Context, from, to string) error {
	path := filepath.Join(from, people.FileName)
	if _, err := os.Stat(path); err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		return err
	}
	store, err := people.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(store.Backup(ctx, filepath.Join(to, people.FileName)), store.Close())
}
