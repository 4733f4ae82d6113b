package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// releaseProgram lets go of the pages of the program's own file, nearly all of which only starting up has touched. The system brings
// those back that are asked for again. Pages that differ from the file, or may be written, stay. Where that can't be told, all do.
func releaseProgram() {
	file, err := os.Open("/proc/self/smaps")
	if err != nil {
		return
	}
	defer file.Close()
	var start, length uintptr
	read := false // the range is of a file and can't be written
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var from, to uintptr
		var offset, node uint64
		var access, device string
		if n, _ := fmt.Sscanf(lines.Text(), "%x-%x %s %x %s %d", &from, &to, &access, &offset, &device, &node); n == 6 {
			start, length, read = from, to-from, node != 0 && (access == "r--p" || access == "r-xp")
			continue
		}
		if changed, found := strings.CutPrefix(lines.Text(), "Anonymous:"); found && read && strings.TrimSpace(changed) == "0 kB" {
			_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, start, length, syscall.MADV_DONTNEED) // it is only advice
		}
	}
}
