package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"millrace/book"
	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/access"
	"millrace/edge/api"
	"millrace/edge/authorisation"
	"millrace/edge/bank/sandbox"
	"millrace/edge/console"
	"millrace/edge/intake"
	"millrace/edge/reconcile"
	"millrace/edge/signin"
	"millrace/edge/view"
	"millrace/engine"
	"millrace/engine/delivery"
	"millrace/engine/journal"
	"millrace/engine/outbox"
)

// serveCommand serves API and console.
type serveCommand struct {
	dataFlag
	peopleFlags
	Listen       string   `help:"Address to listen on. Without keys only this machine may ask." default:"127.0.0.1:8080"`
	Operator     string   `help:"Name of the firm that operates the node, as letters and statements say it. Told once, at the first start." placeholder:"NAME"`
	First        string   `name:"administrator" help:"Name of its first person, whom the first link sets up. Told once, at the first start." placeholder:"NAME"`
	NewKey       string   `help:"First make a key of this name for the operator's first actor, and print its secret once." placeholder:"NAME"`
	Continue     bool     `help:"Let a node that was restored from a backup write again. Payments are held back until --release-payments."`
	Release      bool     `name:"release-payments" help:"Say that a person has reconciled the restored node with the bank: payments go out again."`
	SandboxBank  bool     `help:"Connect the custodians to a sandbox bank, kept in the data directory."`
	BankFolder   []string `help:"Folder of a bank that is spoken with by files; bank.json in it tells how. A demo's is always connected." type:"path" placeholder:"DIR"`
	PolicyFolder string   `name:"policies" help:"Directory with policies of this node's own (*.cedar), beside those of the program; see doc/AUTHORISATION.md." type:"existingdir" placeholder:"DIR"`

	Private bool `name:"webhooks-to-private" help:"Send webhooks also without TLS, to this machine and to private networks: for trials, and inside a closed network."`

	TaxBureau    string `help:"URL of the tax bureau, or of an operator licensed to ask it, that is asked about Chinese electronic invoices." placeholder:"URL"`
	TaxBureauKey string `help:"File with the key for the tax bureau." type:"path" placeholder:"FILE"`

	stage console.Stage // of the demo; nil on a node that is none
}

// Run serves until it is interrupted.
func (c *serveCommand) Run(ctx context.Context) (err error) {
	o := options(c.Data)
	shown := newProgress("starting")
	o.Progress = func(p engine.Progress) { shown.at(p.Done, p.Total) }
	if c.Continue {
		o.Continue = func(restored journal.Head) book.Command {
			return &book.Resume{Sequence: restored.Sequence, Hash: restored.Hash}
		}
	}
	e, err := engine.Open(o)
	shown.end()
	if err != nil {
		return err
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.Background(), closeSpan)
		defer cancel()
		err = errors.Join(err, e.Close(closing))
	}()
	return c.on(ctx, e)
}

// on serves an engine that is open.
func (c *serveCommand) on(ctx context.Context, e *engine.Engine) (err error) {
	if err := c.check(); err != nil {
		return err
	}
	policies, err := c.policies()
	if err != nil {
		return err
	}
	if err := c.holdPayments(); err != nil {
		return err
	}
	by := founder{strings.TrimSpace(c.Operator), strings.TrimSpace(c.First)}
	if !e.ReadOnly() {
		if _, err := founded(ctx, e, by, today()); err != nil {
			return err
		}
	}
	if err := by.same(ctx, e); err != nil {
		return err
	}
	if c.NewKey != "" {
		if err := c.makeKey(ctx, e); err != nil {
			return err
		}
	}
	desk, err := c.openDesk()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, desk.Store().Close()) }()
	a, err := c.access(ctx, e, desk)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return usage{err}
	}
	running, stop := context.WithCancel(ctx)
	defer stop()
	if err := c.connectBank(running, e); err != nil {
		return errors.Join(err, listener.Close())
	}
	if err := c.askTaxBureau(running, e); err != nil {
		return errors.Join(err, listener.Close())
	}
	deliveries, err := openDeliveries(c.Data)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	return errors.Join(c.serve(ctx, e, doorway{a, desk, policies, deliveries}, listener), deliveries.Close())
}

// policies are those of the program, and of the node's own directory. What is wrong with one of those keeps the node from starting:
// a prohibition that is passed over would be none.
func (c *serveCommand) policies() (*authorisation.Policies, error) {
	if c.PolicyFolder == "" {
		return authorisation.Builtin(), nil
	}
	found, err := authorisation.Load(c.PolicyFolder)
	if err != nil {
		return nil, usage{fmt.Errorf("--policies: the node does not start while a policy is wrong\n%w", err)}
	}
	return found, nil
}

// closeSpan is how long an orderly end may take.
const closeSpan = 30 * time.Second

func (c *serveCommand) makeKey(ctx context.Context, e *engine.Engine) error {
	secret, hash, err := access.NewSecret(rand.Reader)
	if err != nil {
		return err
	}
	first := id.Make[id.Actor](shard, 1)
	if _, err := (giver{e, ctx}).give(first, "", &book.AddKey{Actor: first, Name: c.NewKey, Hash: hash}); err != nil {
		return usage{err}
	}
	_, err = fmt.Printf("key %q of %s: %s\nIt is shown this once; only its hash is kept.\n", c.NewKey, first, secret)
	return err
}

// access asks who it is as soon as there is a key, or somebody who can sign in. Without, it binds to this machine alone.
func (c *serveCommand) access(ctx context.Context, e *engine.Engine, desk *signin.Desk) (*access.Access, error) {
	if known, err := desk.Store().Count(ctx); err != nil || known > 0 {
		return access.New(e), err
	}
	v, err := e.Read(ctx, e.Head().Sequence)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	var keys int
	if err := v.Tx.QueryRowContext(ctx, `SELECT count(*) FROM actor_key WHERE active = 1`).Scan(&keys); err != nil {
		return nil, err
	}
	if keys > 0 {
		return access.New(e), nil
	}
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return nil, usage{fmt.Errorf("--listen: %w", err)}
	}
	if address := net.ParseIP(host); host != "localhost" && (address == nil || !address.IsLoopback()) {
		return nil, usage{fmt.Errorf("--listen %s: a node without keys listens on a loopback address only; set up the administrator there first, or make a key with --new-key NAME", c.Listen)}
	}
	return access.Open(e), nil
}

// doorway is what stands between those who ask and the engine.
type doorway struct {
	access     *access.Access
	desk       *signin.Desk
	policies   *authorisation.Policies
	deliveries *delivery.Log
}

func (c *serveCommand) serve(ctx context.Context, e *engine.Engine, by doorway, listener net.Listener) error {
	proxies, err := c.proxies()
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	reader := view.New(e)
	mux := http.NewServeMux()
	taken := intake.New(e.Vault())
	rest := api.New(api.Options{
		Engine: e, Access: by.access, Reader: reader, Intake: taken, Policies: by.policies, Deliveries: by.deliveries, Reach: c.reach(), Version: version, Logger: slog.Default(),
		Secure: c.overTLS(),
	})
	for _, pattern := range []string{"/v1/", "/openapi.json", "/openapi.yaml", "/problems/", "/healthz"} {
		mux.Handle(pattern, rest)
	}
	mux.Handle("/", console.New(console.Options{
		Engine: e, Reader: reader, Access: by.access, Intake: taken, Policies: by.policies, Deliveries: by.deliveries, Reach: c.reach(), Logger: slog.Default(),
		Closing: ctx.Done(), Stage: c.stage, Node: nodeState{c}, Desk: by.desk, Proxies: proxies, Secure: c.overTLS(),
	}))
	sending, stop := context.WithCancel(ctx)
	wait, err := c.sendWebhooks(sending, e, by.deliveries, rest.Record)
	if err != nil {
		stop()
		return errors.Join(err, listener.Close())
	}
	defer wait()
	defer stop()
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	failed := make(chan error, 1)
	scheme := "http"
	if c.TLSCertificate != "" {
		scheme = "https"
		go func() { failed <- server.ServeTLS(listener, c.TLSCertificate, c.TLSKey) }()
	} else {
		go func() { failed <- server.Serve(listener) }()
	}
	mode := "for those who sign in, or have keys"
	if by.access.IsOpen() {
		mode = "open to this machine alone until somebody has access"
	}
	if e.ReadOnly() {
		mode += ", read-only"
	}
	fmt.Fprintf(os.Stderr, "millrace: console and API on %s://%s, %s; press Ctrl-C to stop\n", scheme, listener.Addr(), mode)
	if err := c.offerSetUp(context.WithoutCancel(ctx), e, by.desk, listener.Addr()); err != nil {
		return errors.Join(err, server.Close())
	}
	select {
	case <-ctx.Done():
	case <-e.Stopped():
	case err := <-failed:
		return err
	}
	closing, cancel := context.WithTimeout(context.Background(), closeSpan)
	defer cancel()
	return errors.Join(server.Shutdown(closing), e.Cause())
}

// connectBank joins the custodians' banks: those behind folders, and the sandbox to every custodian that has a machine of its own.
func (c *serveCommand) connectBank(ctx context.Context, e *engine.Engine) error {
	if e.ReadOnly() {
		return nil
	}
	if err := errors.Join(screenParties(ctx, e), proposeSetOffs(ctx, e)); err != nil {
		return err
	}
	machines, err := bankMachines(ctx, e)
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(c.Data, demoBank, bankState)); err == nil {
		if err := c.takeOnDemo(ctx, e, machines); err != nil {
			return err
		}
		if err := reconcileReceipts(ctx, e); err != nil {
			return err
		}
		return askPayees(ctx, e)
	}
	if len(c.BankFolder) > 0 {
		if c.SandboxBank {
			return usage{errors.New("--sandbox-bank and --bank-folder: a custodian has one bank")}
		}
		if err := reconcileReceipts(ctx, e); err != nil {
			return err
		}
		return c.connectFolders(ctx, e, machines)
	}
	path := filepath.Join(c.Data, sandboxFile)
	if _, err := os.Stat(path); err != nil && !c.SandboxBank || len(machines) == 0 {
		return nil
	}
	b, err := sandbox.Open(sandbox.Options{Path: path, Date: func() calendar.Date { return businessDate(ctx, e) }, Capability: outbox.Idempotent | outbox.Queryable})
	if err != nil {
		return err
	}
	for _, machine := range machines {
		if err := c.join(ctx, e, machine, b, nil); err != nil {
			return err
		}
	}
	if err := reconcileReceipts(ctx, e); err != nil {
		return err
	}
	return askPayees(ctx, e)
}

// reconcileReceipts sets a clerk to the receipts of all programmes.
func reconcileReceipts(ctx context.Context, e *engine.Engine) error {
	const interval = 10 * time.Second
	machine, err := machineNamed(ctx, e, matchingMachine)
	if err != nil {
		return err
	}
	clerk := &reconcile.Clerk{Engine: e, Reader: view.New(e), Actor: machine}
	go func() { // it ends likewise
		_ = clerk.Run(ctx, interval, func(err error) { slog.Error("reconcile receipts", "cause", err) })
	}()
	return nil
}

// holdFile stands in the data directory of a continued node until a person has reconciled it with the bank: payments that the
// lost journal sent are not in this book, and their keys would come back.
const holdFile = "payments-held"

func (c *serveCommand) holdPayments() error {
	path := filepath.Join(c.Data, holdFile)
	if c.Release {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	if !c.Continue {
		return nil
	}
	return os.WriteFile(path, []byte("held since this node was continued from a backup\n"), 0o640)
}

// nodeState tells the console of the process.
type nodeState struct{ serve *serveCommand }

// State implements console.Node.
func (n nodeState) State() console.NodeState {
	return console.NodeState{Version: version, PaymentsHeld: n.serve.held()}
}

func (c *serveCommand) held() bool {
	_, err := os.Stat(filepath.Join(c.Data, holdFile))
	return err == nil
}

// bankMachines lists the actors that speak for custodians.
func bankMachines(ctx context.Context, e *engine.Engine) ([]party.Actor, error) {
	v, err := e.Read(ctx, e.Head().Sequence)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	rows, err := v.Tx.QueryContext(ctx, `SELECT record FROM actor WHERE role = ? ORDER BY number`, int64(party.Bank))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var machines []party.Actor
	for rows.Next() {
		var stored []byte
		if err := rows.Scan(&stored); err != nil {
			return nil, err
		}
		var a party.Actor
		if err := book.DecodeRecord(stored, &a); err != nil {
			return nil, err
		}
		if a.Active {
			machines = append(machines, a)
		}
	}
	return machines, rows.Err()
}

// businessDate reads the book's date; today's while it can't be read.
func businessDate(ctx context.Context, e *engine.Engine) calendar.Date {
	clock, err := recordOf[book.Clock](giver{e, ctx}, "clock", 1)
	if err != nil {
		return today()
	}
	return clock.Date
}
