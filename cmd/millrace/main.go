// Command millrace runs supply chain finance: one program that takes trade documents, proves that the trade is real and
// counted once, finances it, moves money only by rule, and follows it until it is repaid.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// version is stamped by the build.
var version = "development"

// The exit codes.
const (
	exitDone  = 0
	exitFound = 1 // something is wrong
	exitUsage = 2 // bad input or usage
)

// program is the command line.
type program struct {
	Demo          demoCommand      `cmd:"" help:"Carry example trade documents from order to cash and back, then serve the console."`
	Serve         serveCommand     `cmd:"" help:"Serve the API and the console on a data directory."`
	Access        accessCommand    `cmd:"" help:"List who signs in, and let people in again who are locked out."`
	Ingest        ingestCommand    `cmd:"" help:"Read and match trade documents."`
	ImportOpening openingCommand   `cmd:"" help:"Take over an existing portfolio from a file."`
	Show          showCommand      `cmd:"" help:"Show a record and its story."`
	Report        reportCommand    `cmd:"" help:"Write trial balance, ageing, general ledger, disclosures, expected losses, income or bills as CSV."`
	Check         checkCommand     `cmd:"" help:"Audit journal, book and tables; also beside a running server."`
	Replay        replayCommand    `cmd:"" help:"Decide every command again and report differences."`
	Rebuild       rebuildCommand   `cmd:"" help:"Build the tables anew from the journal."`
	Backup        backupCommand    `cmd:"" help:"Copy a data directory, also while it is served."`
	Restore       restoreCommand   `cmd:"" help:"Put a backup into a new data directory, which opens read-only."`
	Bench         benchCommand     `cmd:"" help:"Measure speed and memory."`
	Sign          signCommand      `cmd:"" help:"Make a signing key, and sign statements."`
	Lab           labCommand       `cmd:"" help:"Measure rules on data."`
	Redteam       redteamCommand   `cmd:"" help:"Try known frauds against a book, and report what caught them."`
	Product       productCommand   `cmd:"" help:"Check and list product files."`
	Quote         quoteCommand     `cmd:"" help:"Price an invoice under a product file."`
	Clear         clearCommand     `cmd:"" help:"Set off the debts among many firms, as much as can be, and prove it; verify such a result. Flags: clear run --help."`
	Statement     statementCommand `cmd:"" help:"Read bank statements, and say whether they add up."`
	Bank          bankCommand      `cmd:"" help:"Be a sandbox bank that speaks by files in a folder."`
	Verify        verifyCommand    `cmd:"" help:"Verify a result from what one party was given of it, without asking the node."`
	Train         trainCommand     `cmd:"" help:"Train a scorecard or boosted trees from CSV, and measure them by cross-validation."`
	Score         scoreCommand     `cmd:"" help:"Score cases by a table, or by a model of LightGBM or XGBoost, with reasons."`
	Decision      decisionCommand  `cmd:"" help:"Show decisions of risk control, and take them again."`
	Model         modelCommand     `cmd:"" help:"Check a model before it is registered, and list the facts that models may ask for."`
	Screen        screenCommand    `cmd:"" help:"Import lists of names, and screen all parties against them."`
	Version       versionCommand   `cmd:"" help:"Print the version."`
}

// found is an error that means: the work was done, and something is wrong.
type found struct{ error }

// usage is an error that means: the input or the call is bad.
type usage struct{ error }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:]))
}

// run parses and runs one command and gives its exit code.
func run(ctx context.Context, arguments []string) int {
	var p program
	parser, err := kong.New(&p, kong.Name("millrace"), kong.UsageOnError(), kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Description("Supply chain finance from trade documents to cash and back."), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		panic(err)
	}
	parsed, err := parser.Parse(arguments)
	if err != nil {
		fmt.Fprintln(os.Stderr, "millrace:", err)
		return exitUsage
	}
	return exitCode(parsed.Run())
}

func exitCode(err error) int {
	if err == nil {
		return exitDone
	}
	if text := err.Error(); text != "" {
		fmt.Fprintln(os.Stderr, "millrace:", text)
	}
	var wrong found
	if errors.As(err, &wrong) {
		return exitFound
	}
	var bad usage
	if errors.As(err, &bad) {
		return exitUsage
	}
	return exitFound
}

type versionCommand struct{}

// Run prints the version.
func (*versionCommand) Run() error {
	fmt.Println("millrace", version)
	return nil
}
