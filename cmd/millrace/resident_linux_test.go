package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestProgramIsReleased(t *testing.T) {
	before := residentOfFiles(t)
	releaseProgram()
	if after := residentOfFiles(t); 2*after > before {
		t.Errorf("%d of %d kB of files are still in memory", after, before)
	}
}

func residentOfFiles(t *testing.T) (kilobytes int) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if n, _ := fmt.Sscanf(line, "RssFile: %d kB", &kilobytes); n == 1 {
			return kilobytes
		}
	}
	t.Skip("the system does not tell it")
	return 0
}
