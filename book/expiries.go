package book

// expiries is a heap of what ends at a stamp, the earliest first; equal stamps by number. Entries whose record has moved
// on in the meantime are dropped when they come up.
type expiries []expiry

type expiry struct {
	at     int64
	number uint64
}

func (e expiry) before(other expiry) bool {
	return e.at < other.at || e.at == other.at && e.number < other.number
}

func (h *expiries) push(e expiry) {
	*h = append(*h, e)
	list := *h
	for at := len(list) - 1; at > 0; {
		parent := (at - 1) / 2
		if !list[at].before(list[parent]) {
			break
		}
		list[at], list[parent] = list[parent], list[at]
		at = parent
	}
}

func (h *expiries) pop() {
	list := *h
	last := len(list) - 1
	list[0] = list[last]
	list = list[:last]
	*h = list
	for at := 0; ; {
		least := at
		for child := 2*at + 1; child <= 2*at+2 && child < len(list); child++ {
			if list[child].before(list[least]) {
				least = child
			}
		}
		if least == at {
			return
		}
		list[at], list[least] = list[least], list[at]
		at = least
	}
}

// upTo lists what ends before now and still stands, the earliest first, at most so many, without taking it from the heap. What it gives depends neither
// on how the heap came to lie, nor on which entries whose record has moved on were dropped before.
func (h *expiries) upTo(now int64, most int, stands func(expiry) bool) []expiry {
	list := *h
	var found []expiry
	frontier := []int{0}
	for len(frontier) > 0 && len(found) < most {
		least := 0
		for i, at := range frontier {
			if at < len(list) && (frontier[least] >= len(list) || list[at].before(list[frontier[least]])) {
				least = i
			}
		}
		at := frontier[least]
		if at >= len(list) || list[at].at >= now {
			break
		}
		if stands(list[at]) {
			found = append(found, list[at])
		}
		frontier[least] = 2*at + 1
		frontier = append(frontier, 2*at+2)
	}
	return found
}
