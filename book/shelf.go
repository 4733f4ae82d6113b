package book

// shelf holds the records of one kind by their number, from 1, without gaps, in pages that never move: a million flat
// records cost the garbage collector nothing to pass over.
type shelf[T any] struct {
	pages []*[shelfPage]T
	count uint64
}

const shelfPage = 1024

// at gives the record of a number that is on the shelf, else nil.
func (s *shelf[T]) at(number uint64) *T {
	if number == 0 || number > s.count {
		return nil
	}
	return &s.pages[(number-1)/shelfPage][(number-1)%shelfPage]
}

// add puts the next record on the shelf; number says which it must be.
func (s *shelf[T]) add(number uint64, record T) {
	if number != s.count+1 {
		panic("book: records are numbered without gaps")
	}
	if s.count%shelfPage == 0 {
		s.pages = append(s.pages, new([shelfPage]T))
	}
	s.count++
	*s.at(number) = record
}

// each visits every record on the shelf, by ascending number.
func (s *shelf[T]) each(visit func(record *T)) {
	for number := uint64(1); number <= s.count; number++ {
		visit(s.at(number))
	}
}
