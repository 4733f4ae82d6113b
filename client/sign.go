package client

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

// ErrStatement is returned for a statement that is not the one whose hash the node gives beside it.
var ErrStatement = errors.New("client: the statement is not that of its hash")

// Sign asks the node for the statement of a command (POST /v1/statements), signs it, and gives the signature for the command's body. Command is
// the name of the operation, such as "confirm"; record is what stands for {id} in its path; body is its body without signatures. The private
// key stays with the caller. Who must see what is signed asks by MakeStatement and signs by SignStatement.
func (c *Client) Sign(ctx context.Context, command, record string, body any, key string, private ed25519.PrivateKey) (SignatureRequest, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return SignatureRequest{}, fmt.Errorf("client: %s: %w", command, err)
	}
	made, err := c.MakeStatement(ctx, command, &StatementBodyRequest{ID: record, Body: text})
	if err != nil {
		return SignatureRequest{}, err
	}
	return SignStatement(made, key, private)
}

// SignStatement signs a statement with a signing key that the node knows by its id.
func SignStatement(s *Statement, key string, private ed25519.PrivateKey) (SignatureRequest, error) {
	if hash := sha256.Sum256([]byte(s.Statement)); hex.EncodeToString(hash[:]) != s.StatementSHA256 {
		return SignatureRequest{}, ErrStatement
	}
	return SignatureRequest{Key: key, Signature: hex.EncodeToString(ed25519.Sign(private, []byte(s.Statement)))}, nil
}
