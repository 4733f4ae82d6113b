package book

import (
	"millrace/domain/clearing"
	"millrace/domain/id"
	"millrace/domain/receivable"
)

// What a run of multilateral set-off holds stays as it is until the run is over. What somebody would do with such a debt is refused by
// notHeld: it can wait. What has happened to it can't: the debt leaves the run, which is solved again without it. Only while an executed run
// is written through, which takes moments, a fact that would make the debt less is refused too: by then so much of it is set off.

// notHeld refuses to touch a debt that a run holds.
func (d *draft) notHeld(r *receivable.Receivable, field string) *Rejection {
	line := d.setOffLines.at(r.SetOff.Number())
	if line == nil {
		return nil
	}
	run := d.setOffRuns.at(line.Run.Number())
	switch run.State {
	case clearing.Executed:
		return d.setOffNow(r, field)
	case clearing.Lapsing:
		return reject("receivable_in_set_off", field, "set-off run %s has ended and is about to release receivable %s: try again in a moment", run.ID, r.ID)
	}
	return reject("receivable_in_set_off", field, "set-off run %s holds receivable %s, as line %s: wait until the run is executed or ended, on %s at the latest", run.ID, r.ID, line.ID, run.Terms.Value)
}

// setOffNow refuses to touch a debt, if any, that a run has set off and is about to write through.
func (d *draft) setOffNow(r *receivable.Receivable, field string) *Rejection {
	if r == nil {
		return nil
	}
	line := d.setOffLines.at(r.SetOff.Number())
	if line == nil {
		return nil
	}
	run := d.setOffRuns.at(line.Run.Number())
	if run.State != clearing.Executed {
		return nil
	}
	return reject("receivable_in_set_off", field, "set-off run %s is executed and about to write receivable %s through, as line %s: send this again in a moment", run.ID, r.ID, line.ID)
}

// unhold makes way for a fact that makes a debt less, or doubtful: the debt leaves the run that holds it. It refuses what comes while an
// executed run is written through.
func (d *draft) unhold(r *receivable.Receivable, field string) *Rejection {
	if rejection := d.setOffNow(r, field); rejection != nil {
		return rejection
	}
	d.releaseHeld(r)
	return nil
}

// releaseHeld takes a debt out of the run that holds it, if any, and that is not executed.
func (d *draft) releaseHeld(r *receivable.Receivable) {
	if line := d.setOffLines.at(r.SetOff.Number()); line != nil {
		d.dropLine(line)
	}
}

// ceded follows a right in claims of a party that has come to stand in a registry, in one or in all of them: that debt leaves its run, or
// the party is left out of every run, since without its claims none of its debts can be set off.
func (d *draft) ceded(grantor id.Party, of id.Receivable) {
	if of == 0 {
		d.leaveOutOfAll(grantor, clearing.Ceded)
		return
	}
	if r := d.receivables.at(of.Number()); r.Seller == grantor {
		d.releaseHeld(r)
	}
}
