package book

func init() {
	registerCommand(func() act { return &Resume{} })
	registerEvent(func() fact { return &Resumed{} })
	permitted[commandResume] = node
}

// Resume is the first command of a node that was restored from a backup and may write again: what the lost journal held after
// the head of the backup is not in this book. The node gives it, on a person's word.
type Resume struct {
	Sequence uint64   `cbor:"1,keyasint"` // of the head at which the backup was made
	Hash     [32]byte `cbor:"2,keyasint"` // of the batch that ends there
}

// Kind names the stored form.
func (*Resume) Kind() uint16 { return commandResume }

func (c *Resume) decide(d *draft) *Rejection {
	if c.Sequence != d.Book.sequence {
		return reject("head_differs", "sequence", "the book ends at %d, the backup at %d", d.Book.sequence, c.Sequence)
	}
	d.emit(&Resumed{Sequence: c.Sequence, Hash: c.Hash})
	return nil
}

// Resumed says that the journal goes on from a backup.
type Resumed struct {
	Sequence uint64   `cbor:"1,keyasint"`
	Hash     [32]byte `cbor:"2,keyasint"`
}

// Kind names the stored form.
func (*Resumed) Kind() uint16 { return eventResumed }

func (e *Resumed) fold(*Book) {}
