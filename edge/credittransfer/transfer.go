// Package credittransfer writes instructions to a bank and reads what the bank answers: write.go writes pain.001.001.09, read.go reads
// pain.001 in any version, as a bank does, status.go reads pain.002 in any version, recall.go requests to give money back (camt.056) and the answers to such requests (camt.029).
//
// What is written is held against the message's schema before it is handed out, so that no bank sees a file that the schema refuses.
//
// Sources: ISO 20022 message definitions for payments initiation, and for exceptions and investigations; the market guidance of the
// European Payments Council for structured addresses.
package credittransfer

import (
	"crypto/sha256"
	"fmt"

	"millrace/domain/calendar"
	"millrace/domain/money"
)

// File is one message with instructions.
type File struct {
	Message  string // its identification: 1 to 35 characters; a bank refuses a second file of the same one
	Created  string // date and time, as in 2026-11-20T18:00:00Z
	Sender   string // name of who sends it
	Payments []Payment
}

// Payment is one credit transfer.
type Payment struct {
	Key       string // unique for ever, 1 to 35 characters: instruction and end-to-end identification
	Debtor    Account
	Creditor  Account
	Amount    money.Minor // above zero
	Currency  money.Currency
	Execution calendar.Date
	Purpose   string      // external purpose code of four letters, such as SUPP or TREA; "" for none
	Text      string      // free remittance text, lines of at most 140 characters between line feeds; most banks take one
	Reference string      // structured creditor reference (ISO 11649); "" for none; instead of Text
	Documents []Reference // that are paid, where Reference and Text are ""

	Instruction string         // identification of the instruction, where it is not Key; "" where it is, or is not told
	UETR        string         // where it is not that of Key; "" where it is, or is not told
	Arrives     money.Currency // that of the creditor's, where the bank is to change the amount into it; 0 for the amount's own

	Bearer string // of charges: "" for SLEV, as the scheme has it; DEBT, CRED, SHAR

	// What a payment shares with those of its group.
	Group  string // payment information, at most 35 characters; "" for that of account, day and currency, which Write then names
	Batch  bool   // the account is debited for the group in one booking
	Method string // "" for TRF, a transfer; TRA with an advice, CHK by cheque
}

// Reference names a document that a payment pays.
type Reference struct {
	Code   string // CINV for a commercial invoice, CREN for a credit note
	Number string
	Date   calendar.Date // 0 where it is not told
	Amount money.Minor   // paid of it
}

// Account is an account with its holder.
type Account struct {
	Holder  string
	Address Address // structured; the zero value for none
	IBAN    string  // or
	Number  string  // an account that has none
	BIC     string  // of the bank; "" where the account tells it
}

// Address is a structured postal address: town and country are what banks demand of one.
type Address struct {
	Street, Building, PostCode, Town string
	Country                          string // ISO 3166, two letters
	Lines                            string // what is not structured, up to seven lines of at most 70 characters between line feeds
}

// UETR is the unique end-to-end transaction reference of a key: always the same one, in the form of a random UUID.
func UETR(key string) string {
	sum := sha256.Sum256([]byte("uetr " + key))
	sum[6], sum[8] = sum[6]&0x0f|0x40, sum[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}
