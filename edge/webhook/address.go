package webhook

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// Reach says to which addresses messages may go.
type Reach uint8

// The reaches.
const (
	Public  Reach = iota // by TLS, to public addresses only
	Private              // also without TLS, to this machine and to private networks: for trials, and inside a closed network
)

const (
	addressBytesMax = 2000
	dialTimeout     = 5 * time.Second
)

// CheckAddress tells what is wrong with a URL as the address of a webhook; nil for nothing. Where its name leads is looked at when it is dialled.
func CheckAddress(text string, reach Reach) error {
	at, err := url.Parse(text)
	switch {
	case err != nil || len(text) > addressBytesMax || at.Hostname() == "":
		return errors.New("is not a URL like https://example.com/webhooks")
	case at.Scheme != "https" && (at.Scheme != "http" || reach != Private):
		return errors.New("must begin with https://")
	case at.User != nil:
		return errors.New("carries a name or password: messages are signed instead")
	case at.Fragment != "":
		return errors.New("carries a fragment, which is never sent")
	}
	if reach == Private {
		return nil
	}
	if address, err := netip.ParseAddr(strings.Trim(at.Hostname(), "[]")); err == nil && refused(address) {
		return fmt.Errorf("leads to %s, which is no public address", address)
	}
	return nil
}

// reserved are networks to which no message goes that netip does not name by a method: this network (RFC 791), shared address space (RFC 6598),
// protocol assignments and documentation (RFC 6890), benchmarking (RFC 2544), what was class E, and the ways by which IPv6 leads to IPv4
// (RFC 6052, 8215, 3056, 4380) and would go round this list.
var reserved = func() []netip.Prefix {
	var all []netip.Prefix
	for _, text := range strings.Fields("0.0.0.0/8 100.64.0.0/10 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4" +
		" ::/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 3fff::/20 5f00::/16 fec0::/10") {
		all = append(all, netip.MustParsePrefix(text))
	}
	return all
}()

// refused tells whether an address is not a public one.
func refused(a netip.Addr) bool {
	a = a.Unmap()
	if !a.IsValid() || a.Zone() != "" || !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() {
		return true
	}
	for _, network := range reserved {
		if network.Contains(a) {
			return true
		}
	}
	return false
}

// errReach is what a dial to an address that is not public fails with.
type errReach struct{ address string }

func (e errReach) Error() string {
	return "the name leads to " + e.address + ", which is no public address; this node sends webhooks to public addresses only"
}

// NewClient gives the client by which messages are sent. Addresses are looked at when they are dialled, behind the resolver, so that no name can
// lead elsewhere than it did when it was checked; no proxy of the environment is used, and no redirect is followed.
func NewClient(reach Reach, trust *tls.Config) *http.Client {
	dialer := &net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}
	if reach == Public {
		dialer.Control = func(_, address string, _ syscall.RawConn) error {
			at, err := netip.ParseAddrPort(address)
			if err != nil || refused(at.Addr()) {
				return errReach{address}
			}
			return nil
		}
	}
	return &http.Client{
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				return dialer.DialContext(ctx, network, address)
			},
			TLSClientConfig: trust, TLSHandshakeTimeout: dialTimeout, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 1, MaxConnsPerHost: 4, IdleConnTimeout: 30 * time.Second,
			ResponseHeaderTimeout: sendTimeout, MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       sendTimeout,
	}
}
