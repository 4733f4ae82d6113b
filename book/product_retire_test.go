package book_test

import (
	"testing"

	"millrace/book"
	"millrace/domain/id"
	"millrace/domain/product"
)

// retired is a product that a programme runs on, and that was retired since.
func (s *scene) retired() id.Product {
	s.t.Helper()
	p := id.Make[id.Product](1, 1)
	s.give(s.Checker, &book.RetireProduct{Product: p})
	return p
}

func TestRetirementIsRefused(t *testing.T) {
	for code, scene := range map[string][]func(s *scene) (id.Actor, book.Command){
		"product_unknown": {func(s *scene) (id.Actor, book.Command) {
			return s.Checker, &book.RetireProduct{Product: beyond[id.Product](s, "product")}
		}},
		"second_person": {func(s *scene) (id.Actor, book.Command) {
			return s.Maker, &book.RetireProduct{Product: id.Make[id.Product](1, 1)}
		}},
		"product_state": {
			func(s *scene) (id.Actor, book.Command) { return s.Checker, &book.RetireProduct{Product: s.retired()} },
			func(s *scene) (id.Actor, book.Command) { // a new programme on a retired product
				c := s.propose()
				c.Product = s.retired()
				return s.Maker, c
			},
			func(s *scene) (id.Actor, book.Command) { // one that was proposed before
				s.give(s.Maker, s.propose())
				s.retired()
				return s.Checker, &book.ApproveProgramme{Programme: latest[id.Programme](s, "programme")}
			},
		},
	} {
		for _, bring := range scene {
			s := newScene(t)
			actor, c := bring(s)
			s.wantRefused(actor, c, code)
		}
	}
}

// What runs on a product goes on when the product is retired: a quote stands, is accepted, and new ones are given.
func TestWhatRunsOnARetiredProductGoesOn(t *testing.T) {
	s := newScene(t)
	l := s.live(6)
	p := s.retired()
	if r := book.Record(s.book, "product", p.Number()).(product.Product); r.State != product.Retired || r.Retirer != s.Checker || r.Terms.Name == "" {
		t.Fatalf("%+v", r)
	}
	s.node.live(&l, 6, 12)
	s.live(12)
	if breaches := book.Check(s.book); len(breaches) > 0 {
		t.Fatal(breaches)
	}
}
