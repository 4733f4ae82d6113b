package book

import (
	"millrace/domain/clearing"
	"millrace/domain/funding"
	"millrace/domain/id"
	"millrace/domain/party"
)

func init() {
	registerCommand(func() act { return &CancelFinancing{} })
	permitted[commandCancelFinancing] = party.Operator | settingOff
}

// CancelFinancing ends a financing that was accepted and not yet instructed: money, limits and evidence are free again. So
// nothing stays stuck when a receivable has changed after acceptance.
type CancelFinancing struct {
	Financing id.Financing `cbor:"1,keyasint"`
}

// Kind names the stored form.
func (*CancelFinancing) Kind() uint16 { return commandCancelFinancing }

func (c *CancelFinancing) decide(d *draft) *Rejection {
	if f := d.financings.at(c.Financing.Number()); f != nil {
		if rejection := d.own(f.Seller, "financing"); rejection != nil {
			return rejection
		}
	}
	f, rejection := d.financing(c.Financing, funding.Accepted)
	if rejection != nil {
		return rejection
	}
	if rejection := d.buyersCash(f); rejection != nil {
		return rejection
	}
	if run := d.setOffRuns.at(f.SetOffRun.Number()); run != nil && run.State >= clearing.Executed {
		return d.notForRun(f)
	}
	d.void(f.Hold)
	d.cancel(f)
	return nil
}

// cancel frees the limits and the evidence of a financing for which nothing was paid out.
func (d *draft) cancel(f *funding.Financing) {
	d.emit(&LimitMoved{Limits: d.usedLimits(f), Reserved: -f.Principal})
	d.giveBack(f)
	d.emit(&FinancingMoved{Financing: f.ID, State: funding.Cancelled})
}
