package redteam

import (
	"testing"
)

func TestRun(t *testing.T) {
	r, err := Run(1, 2)
	if err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + r.Markdown())
}
