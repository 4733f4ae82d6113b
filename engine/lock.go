//go:build linux || darwin

package engine

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// lockFile lets one process at a time have a data directory. The system frees it when the process ends in any way.
type lockFile struct{ file *os.File }

func takeLock(path string) (*lockFile, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o640)
	if err != nil {
		return nil, fmt.Errorf("engine: lock: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		holder, _ := io.ReadAll(io.LimitReader(file, 32))
		file.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("engine: lock %s: %w", path, err)
		}
		return nil, fmt.Errorf("%w by the process %s (%s)", ErrLocked, strings.TrimSpace(string(holder)), path)
	}
	err = file.Truncate(0)
	if err == nil {
		_, err = file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("engine: lock: %w", err)
	}
	return &lockFile{file: file}, nil
}

// release leaves the file: to remove it would let two processes lock two files of one name.
func (l *lockFile) release() error { return l.file.Close() }
