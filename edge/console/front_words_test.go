package console

import (
	"testing"

	"millrace/domain/product"
)

// Every answer by which there is no price is explained on the seller's desk, and what would change it.
func TestEveryAnswerWithoutAPriceIsExplained(t *testing.T) {
	for answer := product.Priced + 1; answer <= product.FeesAboveCap; answer++ {
		if why := leftOut[answer.String()]; why.Title == "" || why.Text == "" {
			t.Errorf("%s is not explained", answer)
		}
	}
}
