package access

import (
	"context"

	"millrace/domain/id"
)

// OfActor is the caller that an actor would be, whatever its key. ErrKeyUnknown for one that is not there, not active, or of a
// suspended party.
func (a *Access) OfActor(ctx context.Context, of id.Actor) (Caller, error) {
	v, err := a.engine.Read(ctx, a.engine.Head().Sequence)
	if err != nil {
		return Caller{}, err
	}
	defer v.Close()
	return byActor(ctx, v, of.Number(), 0)
}
