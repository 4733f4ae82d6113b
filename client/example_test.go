package client_test

import (
	"context"
	"crypto/ed25519"
	"log"
	"net/http"
	"os"

	"millrace/client"
)

// A seller's system sends an invoice, sells the receivable that it makes once the buyer has confirmed, and follows what becomes of it.
func Example() {
	ctx := context.Background()
	node := client.New("https://node.example.com", os.Getenv("MILLRACE_KEY"))

	// Once, have what happens sent to an address of your own. The secret is in this answer and in no other: keep it.
	secret := os.Getenv("WEBHOOK_SECRET")
	if secret == "" {
		hook, err := node.OpenWebhook(ctx, &client.WebhookRequest{
			URL: "https://erp.example.com/millrace", Kinds: []string{"receivable.confirmed", "financing.moved"},
		})
		if err != nil {
			log.Fatal(err)
		}
		secret = hook.Record.Secret
		if err := os.WriteFile("webhook-secret", []byte(secret), 0o600); err != nil {
			log.Fatal(err)
		}
	}

	// Send an invoice. Under the same key it is kept once, however often this program starts anew.
	invoice, err := os.ReadFile("invoice.xml")
	if err != nil {
		log.Fatal(err)
	}
	kept, err := node.RecordDocument(ctx, "application/xml", invoice, nil, client.IdempotencyKey("invoice-2026-0042"))
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range kept.Record.Receivables {
		log.Printf("%s: %s owes %s %s, due %s", r.ID, r.Buyer.Name, r.Face.Currency, r.Face.Text, r.Due)
	}

	// Receive messages: verify, then act once for each id.
	http.HandleFunc("POST /millrace", func(w http.ResponseWriter, r *http.Request) {
		m, err := client.ReceiveWebhook(r, secret)
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		if m.Type == "receivable.confirmed" {
			sell(r.Context(), node, m.Data.ID)
		}
		// An answer from 200 to 299 takes the message; anything else has it sent again.
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:9000", nil))
}

// sell asks for the price of a receivable and takes it, if there is one.
func sell(ctx context.Context, node *client.Client, receivable string) {
	ask := client.QuoteRequest{Receivable: receivable, Programme: os.Getenv("PROGRAMME"), Payee: os.Getenv("ACCOUNT")}
	quote, err := node.RequestQuote(ctx, &ask, client.IdempotencyKey("quote-"+receivable))
	switch {
	case client.Code(err) != "":
		log.Printf("%s is not financed: %v", receivable, err) // err is a *client.Error, which names the field and how to mend it
	case err != nil:
		log.Print(err) // the node did not answer, though it was asked five times
	case quote.Record.State == "quoted":
		if _, err := node.AcceptQuote(ctx, quote.Record.ID, nil); err != nil {
			log.Print(err)
		}
	}
}

// A buyer's system confirms an invoice irrevocably, by a key that never leaves it.
func ExampleClient_Sign() {
	ctx := context.Background()
	node := client.New("https://node.example.com", os.Getenv("MILLRACE_KEY"))
	private := ed25519.NewKeyFromSeed([]byte(os.Getenv("SEED")))

	receivable, err := node.GetReceivable(ctx, "rcv_1-42-H")
	if err != nil {
		log.Fatal(err)
	}
	body := client.ConfirmationRequest{
		Undertaking: "irrevocable", Amount: client.AmountRequest{Text: receivable.Outstanding.Text, Currency: receivable.Outstanding.Currency},
	}
	signature, err := node.Sign(ctx, "confirm", receivable.ID, body, "sgk_1-1-X", private)
	if err != nil {
		log.Fatal(err)
	}
	body.Signatures = []client.SignatureRequest{signature}
	if _, err := node.Confirm(ctx, receivable.ID, &body); err != nil {
		log.Fatal(err)
	}
}
