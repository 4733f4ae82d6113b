package book

import "millrace/domain/funding"

func (b *Book) liveLadder() *funding.Ladder {
	return first(&b.ladders, func(l *funding.Ladder) bool { return l.State == funding.LadderLive })
}

func init() {
	Corruptions = append(Corruptions,
		Corruption{"ladder_unsound", "a ladder approved by its maker", func(b *Book) { b.liveLadder().Checker = b.liveLadder().Maker }},
		Corruption{"ladder_unsound", "tranches out of order", func(b *Book) {
			l := b.liveLadder()
			l.Tranches = []funding.Tranche{l.Tranches[1], l.Tranches[1]}
		}},
		Corruption{"ladder_unsound", "one that was replaced by nobody's decision", func(b *Book) {
			first(&b.ladders, func(l *funding.Ladder) bool { return l.State == funding.LadderReplaced }).Checker = 0
		}},
		Corruption{"index_ladder", "a ladder of which the index does not know", func(b *Book) { clear(b.ladderOf) }},
		Corruption{"index_ladder", "a ladder of nobody", func(b *Book) { b.ladderOf[useKey{}] = b.liveLadder().ID }},
		Corruption{"index_maturing", "a cent too much on a day", func(b *Book) {
			l := b.liveLadder()
			b.maturing[useKey{l.Programme, l.Funder}][0].Amount++
		}},
		Corruption{"index_maturing", "a day on which nothing is due", func(b *Book) { b.maturing[useKey{}] = []funding.Maturity{{Due: 1, Amount: 1}} }},
		Corruption{"tenor_gap", "money that ends before what it pays for", func(b *Book) {
			l := b.liveLadder()
			l.Tranches = []funding.Tranche{{Amount: 1_000_000_00, Until: b.clock.Date}}
		}},
	)
}
