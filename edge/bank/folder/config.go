package folder

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"millrace/domain/id"
	"millrace/edge/bank"
	"millrace/edge/bankfile"
)

// ConfigFile is the name under which a bank's folder tells how the bank is reached.
const ConfigFile = "bank.json"

// Config is what people write down of a bank.
type Config struct {
	Custodian id.Party     // 0 where there is only one
	Sender    string       // name of who instructs
	BIC       string       // of the bank; "" where the numbers of the accounts tell it
	CutOff    *bank.CutOff // nil where the bank's hours are not told: payments are asked for on the book's date
	Accounts  []Held
	Sandbox   bool // accounts that are not listed have the sandbox bank's numbers
}

// written is a Config as it stands in the file.
type written struct {
	Custodian string        `json:"custodian,omitempty"`
	Sender    string        `json:"sender"`
	BIC       string        `json:"bic,omitempty"`
	CutOff    string        `json:"cut_off,omitempty"`
	TimeZone  string        `json:"time_zone,omitempty"`
	Calendar  string        `json:"calendar,omitempty"`
	Others    string        `json:"other_accounts,omitempty"`
	Accounts  []writtenHeld `json:"accounts,omitempty"`
}

type writtenHeld struct {
	Account string `json:"account"`
	IBAN    string `json:"iban,omitempty"`
	Number  string `json:"number,omitempty"`
	BIC     string `json:"bic,omitempty"`
	Holder  string `json:"holder,omitempty"`
}

// ReadConfig reads a bank's configuration; the error tells everything that is wrong with it.
func ReadConfig(content []byte) (*Config, error) {
	var w written
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&w); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something stands after the configuration")
	}
	c := &Config{Sender: w.Sender, BIC: w.BIC, Sandbox: w.Others == "sandbox"}
	var faults []error
	if w.Custodian != "" {
		var err error
		if c.Custodian, err = id.Parse[id.Party](w.Custodian); err != nil {
			faults = append(faults, fmt.Errorf("custodian %q: %w", w.Custodian, err))
		}
	}
	if w.Sender == "" {
		faults = append(faults, errors.New("sender: a bank wants to know who instructs it"))
	}
	if w.Others != "" && !c.Sandbox {
		faults = append(faults, fmt.Errorf(`other_accounts %q: write "sandbox", or leave it out`, w.Others))
	}
	if w.CutOff+w.TimeZone+w.Calendar != "" {
		var err error
		if c.CutOff, err = bank.NewCutOff(w.CutOff, w.TimeZone, w.Calendar); err != nil {
			faults = append(faults, err)
		}
	}
	for i, a := range w.Accounts {
		account, err := bank.ParseAccount(a.Account)
		switch {
		case err != nil:
			faults = append(faults, fmt.Errorf("accounts[%d]: %w", i, err))
		case account.Kind == 0:
			faults = append(faults, fmt.Errorf("accounts[%d]: no account is named", i))
		case (a.IBAN == "") == (a.Number == ""):
			faults = append(faults, fmt.Errorf("accounts[%d]: an account has an iban, or a number of the bank's own", i))
		case a.IBAN != "" && !bankfile.IsIBAN(a.IBAN):
			faults = append(faults, fmt.Errorf("accounts[%d]: iban %q: its form or its check digits are wrong", i, a.IBAN))
		}
		c.Accounts = append(c.Accounts, Held{Account: account, IBAN: a.IBAN, Number: a.Number, BIC: a.BIC, Holder: a.Holder})
	}
	return c, errors.Join(faults...)
}

// Options gives the options of an adapter over a folder.
func (c *Config) Options(dir string) Options {
	return Options{Dir: dir, Sender: c.Sender, BIC: c.BIC, Accounts: c.Accounts}
}
