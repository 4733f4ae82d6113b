package duplicate

import "fmt"

func (x *Index) Pairs(s, b uint32) string {
	p := x.pairOf(s, b)
	return fmt.Sprintf("n%d numbers%d once%d twice%d reused%d exact%d lately%d", p.claims, p.numbers, p.once, p.twice, p.reused, p.exact, p.lately())
}
