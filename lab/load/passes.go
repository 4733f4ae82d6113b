package load

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"millrace/book"
	"millrace/domain/certificate"
	"millrace/domain/id"
	"millrace/domain/money"
	"millrace/engine"
)

// piece is what one transfer of a run passes on; a certificate is in so many pieces that all of them can be alive.
const (
	piece  = money.Minor(100_00)
	pieces = certificate.HoldingsMax - 1
)

// Passing is a circle in which every seller owes the next one enough, and each accepts in advance.
type Passing struct {
	*Circle
	Debts []id.Receivable // of seller i to the next
}

// NewPassing makes a circle ready for a run of transfers.
func NewPassing(submit Submit, sellers int) (*Passing, error) {
	c, err := NewCircle(submit, sellers, 2, certificate.NoLaw)
	if err != nil {
		return nil, err
	}
	p := &Passing{Circle: c}
	for i := range sellers {
		debt, err := c.Debt((i+1)%sellers, SellerName(i), 1_000_000_000_000_00, c.Today.AddDays(90))
		if err != nil {
			return nil, err
		}
		p.Debts = append(p.Debts, debt)
		if _, err := c.give(c.SellerActors[i], c.Standing(i, c.Today.AddDays(90))); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// purse is what one caller has left of the certificate that it is passing on.
type purse struct {
	holding id.Holding
	left    int
}

// Transfers runs callers that each pass on pieces of certificates, signed in lists of so many; what they need they let the
// anchor issue in between. Every transfer names and discharges a debt. A run's units are transfers.
func (p *Passing) Transfers(ctx context.Context, e *engine.Engine, callers, many int, span time.Duration, answered func(transfers, sequence uint64)) (*Rate, error) {
	purses := make([]purse, callers)
	return repeat(ctx, callers, span, func(caller int, n uint64, r *Rate) (uint64, error) {
		seller := caller % len(p.Debts)
		held := &purses[caller]
		if held.left < many {
			issued, err := p.Issue(seller, piece*pieces, p.Today.AddDays(60))
			if err != nil {
				return 0, err
			}
			*held = purse{issued.Holding.ID, pieces}
		}
		moves := make([]book.Move, many)
		for i := range moves {
			moves[i] = book.Move{
				Step: certificate.Transfer, Holding: held.holding, Amount: piece, To: p.Sellers[(seller+1)%len(p.Debts)], Debt: p.Debts[seller],
				Discharge: certificate.AtOnce, Expires: time.Now().Add(time.Hour).UnixMicro(),
			}
		}
		answer, rejection, err := e.Submit(ctx, engine.Request{Actor: p.SellerActors[seller], Command: Moves(&p.Holders[seller], p.Sellers[seller], moves...)})
		if err != nil {
			return 0, err
		}
		if rejection != nil {
			return 0, rejection
		}
		made := find[*book.HoldingsMoved](answer.Events).Made
		if passed := made[0]; passed.By != certificate.Transfer || passed.Holder != p.Sellers[(seller+1)%len(p.Debts)] {
			return 0, fmt.Errorf("answer %d does not hold the transfer", answer.Sequence)
		}
		held.left -= many
		held.holding = made[len(made)-1].ID
		atomic.AddUint64(&r.Commands, 1)
		atomic.AddUint64(&r.Events, uint64(len(answer.Events)))
		if answered != nil {
			answered(uint64(many), answer.Sequence)
		}
		return uint64(many), nil
	})
}
