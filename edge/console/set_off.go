package console

import (
	"bytes"
	"errors"
	"slices"

	"millrace/domain/clearing"
	"millrace/domain/id"
	"millrace/edge/letter"
	"millrace/edge/locale"
	"millrace/edge/view"
)

// setOffList is all runs that the caller sees, and what stands behind them.
type setOffList struct {
	list
	Items     []view.SetOffRun
	Consents  []view.SetOffConsent // standing ones that are live
	Calendars []view.SetOffCalendar
	Bars      []view.SetOffBar // that are not lifted
}

func showSetOffs(v *visit) (any, error) {
	var l setOffList
	var q view.Query
	l.list, q = v.list("Set-off", clearing.RunStateNames[1:])
	page, err := v.SetOffRuns(v.caller, q)
	if err != nil {
		return nil, err
	}
	l.Items = page.Items
	l.end(v, page.Next, len(page.Items))
	consents, err := v.SetOffConsents(v.caller, view.Query{State: clearing.PromiseLive.String(), Limit: view.LimitMax})
	if err != nil {
		return nil, err
	}
	l.Consents = slices.DeleteFunc(consents.Items, func(c view.SetOffConsent) bool { return c.Run != "" })
	calendars, err := v.SetOffCalendars(v.caller, view.Query{Limit: view.LimitMax})
	if err != nil {
		return nil, err
	}
	l.Calendars = slices.DeleteFunc(calendars.Items, func(k view.SetOffCalendar) bool {
		return k.State != clearing.CalendarProposed.String() && k.State != clearing.CalendarLive.String()
	})
	bars, err := v.SetOffBars(v.caller, view.Query{Limit: view.LimitMax})
	l.Bars = slices.DeleteFunc(bars.Items, func(b view.SetOffBar) bool { return b.Lifted != "" })
	return l, err
}

// SetsOff tells whether the caller gives a party's word on runs.
func (f frame) SetsOff() bool { return f.may("deed /set-off-consents/new") }

// Bars tells whether the caller keeps parties out of runs, and lets them in again.
func (f frame) Bars() bool { return f.may("deed /set-off-bars/new") }

// MaySecond tells whether the caller is another one of the operator's people than who made something.
func (f frame) MaySecond(maker *view.Ref) bool {
	return maker == nil || maker.ID != f.Caller.Actor.String()
}

// setOffPage is one run.
type setOffPage struct {
	view.SetOffRun
	Track    []setOffStep
	Members  []view.SetOffMember
	More     bool // there are more members than are shown
	Lines    []view.SetOffLine
	LinesCut bool
	Network  *network
	Curve    *view.SetOffCurve // nil where there is none
	Quoted   string            // cash for the run that the caller's party can accept
	Timeline []view.Entry
	today    string
}

// setOffStep is one step of the track.
type setOffStep struct {
	Name  string
	Date  *locale.Text
	State string // done, now, or to come
}

func (p setOffPage) title() *locale.Text { return locale.Say("Set-off run %s", p.ID) }

func showSetOff(v *visit) (any, error) {
	of, err := identity[id.SetOffRun](v)
	if err != nil {
		return nil, err
	}
	var p setOffPage
	if p.SetOffRun, err = v.View.SetOffRun(v.caller, of); err != nil {
		return nil, err
	}
	today, err := v.Date()
	if err != nil {
		return nil, err
	}
	p.today, p.Track = today.String(), trackOf(&p.SetOffRun)
	members, err := v.SetOffMembers(v.caller, of, view.Query{Limit: rowsMax, Order: view.OldestFirst})
	if err != nil {
		return nil, err
	}
	p.Members, p.More = members.Items, members.Next != ""
	lines, err := v.SetOffLines(v.caller, of, view.Query{Limit: rowsMax, Order: view.OldestFirst})
	if err != nil {
		return nil, err
	}
	p.Lines, p.LinesCut = lines.Items, lines.Next != ""
	switch picture, err := v.SetOffPicture(v.caller, of); {
	case err == nil:
		p.Network = networkOf(picture)
	case !errors.Is(err, view.ErrNotFound):
		return nil, err
	}
	if p.Terms.Cash != nil {
		if p.Curve, err = v.setOffCurve(of); err != nil {
			return nil, err
		}
		if p.Own != nil {
			if p.Quoted, err = v.quotedCash(p.ID); err != nil {
				return nil, err
			}
		}
	}
	p.Timeline, _, err = v.chronicle(p.ID)
	return p, err
}

// dated is a date; nil for none.
func dated(date string) *locale.Text {
	if date == "" {
		return nil
	}
	return locale.Say("%s", date)
}

// trackOf is how far a run has come.
func trackOf(r *view.SetOffRun) []setOffStep {
	steps := []setOffStep{{Name: "Announced", Date: dated(r.Announced)}, {Name: "Debts held", Date: locale.Say("from %s", r.Terms.Freeze)}, {Name: "Proposed", Date: locale.Say("answers until %s", r.Terms.Answer)}}
	at := map[string]int{
		clearing.Announced.String(): 0, clearing.Freezing.String(): 1, clearing.Frozen.String(): 1, clearing.Entering.String(): 1, clearing.Proposed.String(): 2,
		clearing.Executed.String(): 3, clearing.Written.String(): 5, clearing.Lapsing.String(): 3, clearing.Lapsed.String(): 3,
	}[r.State]
	if r.State == clearing.Lapsing.String() || r.State == clearing.Lapsed.String() {
		steps = []setOffStep{{Name: "Announced", Date: dated(r.Announced)}, {Name: "Ended without a set-off", Date: dated(r.Ended)}}
		at = 1
	} else {
		executed := locale.Say("by %s", r.Terms.Value)
		if r.Ended != "" {
			executed = dated(r.Ended)
		}
		steps = append(steps, setOffStep{Name: "Executed", Date: executed}, setOffStep{Name: "In all books"})
	}
	for i := range steps {
		switch {
		case i < at:
			steps[i].State = "done"
		case i == at:
			steps[i].State = "now"
		default:
			steps[i].State = "to come"
		}
	}
	return steps
}

// Open tells whether the run is neither executed nor ended.
func (p setOffPage) Open() bool {
	return slices.Contains([]string{clearing.Announced.String(), clearing.Freezing.String(), clearing.Frozen.String(), clearing.Entering.String(), clearing.Proposed.String()}, p.State)
}

// Published tells whether there is a certificate.
func (p setOffPage) Published() bool { return p.Hash != "" && p.Report != nil }

// Over tells whether notices are there: the run is executed.
func (p setOffPage) Over() bool {
	return p.State == clearing.Executed.String() || p.State == clearing.Written.String()
}

// Executes tells whether the caller may be the second person.
func (p setOffPage) Executes(f frame) bool {
	return f.Operates() && p.State == clearing.Proposed.String() && p.Report != nil && p.Report.Awaited == 0 && f.MaySecond(p.Maker)
}

// Consents tells whether the caller's party can consent now.
func (p setOffPage) Consents(f frame) bool {
	if !p.Open() || p.today > p.Terms.Answer || !f.SetsOff() {
		return false
	}
	return f.Operates() || p.Own != nil && p.Own.Consent == clearing.Asked.String() || p.Own == nil && p.State == clearing.Announced.String()
}

// Refuses tells whether the caller's party can take itself out now.
func (p setOffPage) Refuses(f frame) bool {
	return p.Open() && f.may("deed /set-off/{id}/refusal") && (p.Own != nil && p.Own.Consent != clearing.Out.String() || p.Own == nil && p.State == clearing.Announced.String())
}

func showSetOffCertificate(v *visit) (any, error) {
	of, err := identity[id.SetOffRun](v)
	if err != nil {
		return nil, err
	}
	certificate, err := v.SetOffCertificate(v.caller, of)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := certificate.WriteZip(&out); err != nil {
		return nil, err
	}
	return file{of.String() + "-certificate.zip", out.Bytes()}, nil
}

func showSetOffNotice(v *visit) (any, error) {
	of, err := identity[id.SetOffRun](v)
	if err != nil {
		return nil, err
	}
	var about id.Party
	if asked := v.asked("party"); asked != "" {
		if about, err = id.Parse[id.Party](asked); err != nil {
			return nil, view.ErrNotFound
		}
	}
	notice, err := v.SetOffNotice(v.caller, of, about)
	if err != nil {
		return nil, err
	}
	notice.Language = v.w.Language
	if v.asked("format") == "text" {
		text, err := notice.Text()
		return file{of.String() + "-notice.txt", []byte(text)}, err
	}
	notice.Link = v.absolute("/set-off/" + of.String())
	pdf, err := letter.WriteSetOff(notice)
	return file{of.String() + "-notice.pdf", pdf}, err
}
