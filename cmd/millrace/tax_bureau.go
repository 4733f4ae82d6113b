package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"millrace/domain/id"
	"millrace/edge/efapiao/inquiry"
	"millrace/edge/efapiao/verification"
	"millrace/engine"
)

// askTaxBureau asks the tax bureau in the background until ctx ends.
func (c *serveCommand) askTaxBureau(ctx context.Context, e *engine.Engine) error {
	if c.TaxBureau == "" {
		if c.TaxBureauKey != "" {
			return usage{errors.New("--tax-bureau-key: there is no --tax-bureau to which it belongs")}
		}
		return nil
	}
	key, err := readKey(c.TaxBureauKey)
	if err != nil {
		return usage{err}
	}
	client, err := verification.NewClient(verification.Options{Endpoint: c.TaxBureau, Key: key})
	if err != nil {
		return usage{err}
	}
	if e.ReadOnly() {
		return nil
	}
	desk, err := inquiry.New(inquiry.Options{
		Engine: e, Verifier: client, Operator: id.Make[id.Actor](shard, 1), Now: time.Now, Logger: slog.Default(),
	})
	if err != nil {
		return err
	}
	go func() { _ = desk.Run(ctx, 10*time.Second) }() // it ends with ctx, or with the engine, which says why itself
	return nil
}

// keyBytesMax is more than any key has.
const keyBytesMax = 4 << 10

// readKey reads a key, which is one line; "" where no file is named.
func readKey(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, keyBytesMax))
	if err != nil {
		return "", err
	}
	key := strings.TrimSpace(string(content))
	if key == "" || strings.ContainsFunc(key, func(r rune) bool { return r < '!' || r > '~' }) {
		return "", fmt.Errorf("%s: holds no key: one line of printable ASCII without blanks", path)
	}
	return key, nil
}
