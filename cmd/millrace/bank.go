package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"millrace/domain/calendar"
	"millrace/domain/id"
	"millrace/domain/party"
	"millrace/edge/bank"
	"millrace/edge/bank/drop"
	"millrace/edge/bank/folder"
	"millrace/edge/bank/sandbox"
	"millrace/engine"
)

// bankCommand is a bank of its own: a process that knows nothing of the node but the files in a folder.
type bankCommand struct {
	Dir     string        `help:"Folder of the bank: it reads in, and writes out, taken and refused." required:"" type:"path"`
	Profile string        `help:"How well it works: calm, rough, or a JSON file." default:"calm"`
	Seed    uint64        `help:"What its chances are drawn from." default:"1"`
	Once    bool          `help:"Deal with what is there, and exit."`
	Date    string        `help:"The bank's date, as 2026-09-01, instead of today's. A later one ends the days before." placeholder:"DATE"`
	Every   time.Duration `help:"How often it looks." default:"1s"`
}

// bankState is the file in a bank's folder that holds what the bank knows.
const bankState = "state.json"

// Run works until it is interrupted.
func (c *bankCommand) Run(ctx context.Context) error {
	o := sandbox.Options{Path: filepath.Join(c.Dir, bankState), Seed: c.Seed, Now: time.Now}
	var err error
	if o.Profile, err = sandbox.ReadProfile(c.Profile, os.ReadFile); err != nil {
		return usage{err}
	}
	if c.Date != "" {
		date, known := calendar.Parse(c.Date)
		if !known {
			return usage{fmt.Errorf("--date %s: write it as 2026-09-01", c.Date)}
		}
		o.Date = func() calendar.Date { return date }
	}
	if c.Every <= 0 {
		return usage{errors.New("--every: above zero")}
	}
	config, err := readBank(c.Dir)
	if err != nil {
		return usage{err}
	}
	for _, a := range config.Accounts {
		if a.IBAN != "" {
			o.Accounts = append(o.Accounts, sandbox.Numbered{Account: a.Account, IBAN: a.IBAN})
		}
	}
	if err := drop.Folders(c.Dir); err != nil {
		return usage{err}
	}
	desk, err := deskOf(o, c.Dir)
	if err != nil {
		return err
	}
	if !c.Once {
		fmt.Fprintf(os.Stderr, "millrace: the sandbox bank works in %s; press Ctrl-C to stop\n", c.Dir)
	}
	ticker := time.NewTicker(c.Every)
	defer ticker.Stop()
	for {
		if err := desk.Turn(ctx); err != nil || c.Once {
			return ended(ctx, err)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// ended drops an error that only says that the end was asked for.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return nil
	}
	return err
}

func deskOf(o sandbox.Options, dir string) (*sandbox.Desk, error) {
	b, err := sandbox.Open(o)
	if err != nil {
		return nil, err
	}
	return sandbox.NewDesk(b, dir)
}

// readBank reads how a bank is reached from its folder; where nothing is written down it is the sandbox.
func readBank(dir string) (*folder.Config, error) {
	path := filepath.Join(dir, folder.ConfigFile)
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return &folder.Config{Sender: "Millrace", Sandbox: true}, nil
	}
	if err != nil {
		return nil, err
	}
	config, err := folder.ReadConfig(content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return config, nil
}

// folderOf opens the node's side of a bank's folder.
func folderOf(config *folder.Config, dir string, files drop.Files) (*folder.Adapter, error) {
	o := optionsOf(config, dir)
	o.Files = files
	return folder.Open(o)
}

func optionsOf(config *folder.Config, dir string) folder.Options {
	o := config.Options(dir)
	if config.Sandbox {
		o.Derive, o.Resolve = sandbox.IBAN, sandbox.AccountOf
	}
	return o
}

// demoBank is the folder of the sandbox bank in the data directory of a demo.
const demoBank = "bank"

// connectFolders joins the custodians of the banks' folders, and takes a demo's bank on where the data are a demo's.
func (c *serveCommand) connectFolders(ctx context.Context, e *engine.Engine, machines []party.Actor) error {
	for _, dir := range c.BankFolder {
		config, err := readBank(dir)
		if err != nil {
			return usage{err}
		}
		of, err := machineOf(config.Custodian, machines)
		if err != nil {
			return usage{fmt.Errorf("--bank-folder %s: %w", dir, err)}
		}
		o := optionsOf(config, dir)
		o.Read = (&folder.Tables{Engine: e, Custodian: of.Party}).Read
		adapter, err := folder.Open(o)
		if err != nil {
			return usage{err}
		}
		if err := c.join(ctx, e, of, adapter, config.CutOff); err != nil {
			return err
		}
	}
	return nil
}

// machineOf finds the actor that speaks for a custodian; 0 is the only one.
func machineOf(custodian id.Party, machines []party.Actor) (party.Actor, error) {
	if custodian == 0 && len(machines) > 1 {
		return party.Actor{}, fmt.Errorf("there are several custodians: name one as \"custodian\" in %s", folder.ConfigFile)
	}
	for _, m := range machines {
		if custodian == 0 || m.Party == custodian {
			return m, nil
		}
	}
	return party.Actor{}, errors.New("no machine of the custodian is registered (an actor in the role of a bank)")
}

// join makes a connection and keeps it going.
func (c *serveCommand) join(ctx context.Context, e *engine.Engine, machine party.Actor, adapter bank.Adapter, cutOff *bank.CutOff) error {
	link, err := bank.Connect(bank.Options{
		Engine: e, Adapter: adapter, Custodian: machine.Party, Bank: machine.ID, Operator: id.Make[id.Actor](shard, 1), CutOff: cutOff, Logger: slog.Default(),
	})
	if err != nil {
		return err
	}
	if c.held() {
		link.Hold()
	}
	go func() { _ = link.Run(ctx, time.Second) }() // it ends with ctx, or with the engine, which says why itself
	return nil
}

// takeOnDemo goes on with the bank of a demo, on the book's date, in this process.
func (c *serveCommand) takeOnDemo(ctx context.Context, e *engine.Engine, machines []party.Actor) error {
	dir := filepath.Join(c.Data, demoBank)
	config, err := readBank(dir)
	if err != nil {
		return err
	}
	desk, err := deskOf(sandbox.Options{
		Path: filepath.Join(dir, bankState), Date: func() calendar.Date { return businessDate(ctx, e) }, Profile: demoProfile,
	}, dir)
	if err != nil {
		return err
	}
	go func() {
		for ticker := time.NewTicker(time.Second); ctx.Err() == nil; {
			if err := desk.Turn(ctx); ended(ctx, err) != nil {
				slog.Error("the demo's bank has stopped", "cause", err)
				return
			}
			select {
			case <-ticker.C:
			case <-ctx.Done():
			}
		}
	}()
	machine, err := machineOf(config.Custodian, machines)
	if err != nil {
		return err
	}
	adapter, err := folderOf(config, dir, nil)
	if err != nil {
		return err
	}
	return c.join(ctx, e, machine, adapter, config.CutOff)
}
