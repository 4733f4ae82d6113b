package redteam

import (
	"testing"
)

func TestRun(t *testing.T) {
	r, err := Run(1, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + r.Markdown())
}
