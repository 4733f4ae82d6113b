package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
)

// signCommand makes signing keys and signs statements. It needs no node: the key never leaves the machine of its
// signatory, and the signed statement travels as a file.
type signCommand struct {
	Key       string `required:"" help:"File of the private key (PEM, PKCS #8, Ed25519)." type:"path"`
	New       bool   `help:"Make the key; the file must not be there yet."`
	JSON      bool   `help:"Print one object."`
	Statement string `arg:"" optional:"" help:"File of the statement, - for standard input; none prints the public key." type:"path"`
}

// signed is what the command prints.
type signed struct {
	Public    string `json:"public"`
	Hash      string `json:"statement_sha256,omitempty"`
	Signature string `json:"signature,omitempty"`
}

// Run makes the key where that is asked for, signs the statement where there is one, and prints the public key and the
// signature in hexadecimal.
func (c *signCommand) Run() error {
	private, err := c.private()
	if err != nil {
		return usage{err}
	}
	made := signed{Public: hex.EncodeToString(private.Public().(ed25519.PublicKey))}
	if c.Statement != "" {
		text, err := readStatement(c.Statement)
		if err != nil {
			return usage{err}
		}
		hash := sha256.Sum256(text)
		made.Hash, made.Signature = hex.EncodeToString(hash[:]), hex.EncodeToString(ed25519.Sign(private, text))
	}
	if c.JSON {
		return newLines(os.Stdout).write(made)
	}
	fmt.Println("public key", made.Public)
	if made.Signature != "" {
		fmt.Println("statement ", made.Hash)
		fmt.Println("signature ", made.Signature)
	}
	return nil
}

// statementBytesMax is far above every statement.
const statementBytesMax = 1 << 20

func readStatement(name string) ([]byte, error) {
	in := io.Reader(os.Stdin)
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		in = file
	}
	text, err := io.ReadAll(io.LimitReader(in, statementBytesMax+1))
	if err != nil {
		return nil, err
	}
	if len(text) == 0 || len(text) > statementBytesMax {
		return nil, fmt.Errorf("%s: a statement has 1 to %d bytes", name, statementBytesMax)
	}
	return text, nil
}

// private makes or reads the key.
func (c *signCommand) private() (ed25519.PrivateKey, error) {
	if c.New {
		return newKey(c.Key)
	}
	content, err := os.ReadFile(c.Key)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(content)
	if block == nil {
		return nil, fmt.Errorf("%s is no PEM file", c.Key)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Key, err)
	}
	private, is := parsed.(ed25519.PrivateKey)
	if !is {
		return nil, fmt.Errorf("%s: the key is not of Ed25519", c.Key)
	}
	return private, nil
}

// newKey makes a key in a file of its owner alone. A file that is there is never written over.
func newKey(name string) (ed25519.PrivateKey, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, err
	}
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	return private, errors.Join(pem.Encode(file, &pem.Block{Type: "PRIVATE KEY", Bytes: encoded}), file.Sync(), file.Close())
}
