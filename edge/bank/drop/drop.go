// Package drop is files in folders as two programs hand them to one another: a file is there as a whole or not at all, and
// what is being written has a name that nobody reads.
package drop

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Files is what is done to folders and files; Disk does it, and tests fail at any step of it.
type Files interface {
	// List gives the names of the files in a folder, ascending, without those that are being written.
	List(folder string) ([]string, error)
	// Read gives what a file holds; fs.ErrNotExist where there is none.
	Read(path string) ([]byte, error)
	// Put makes or replaces a file as a whole. After an error the old one is there, or the new one.
	Put(path string, content []byte) error
	// Move gives a file another name, also over a file that has it.
	Move(from, to string) error
}

// Disk is the machine's file system.
type Disk struct {
	// Unsynced leaves it to the system when a file reaches the disk: the end of the program loses nothing, that of the
	// machine may. For data that can be made anew.
	Unsynced bool
}

var _ Files = Disk{}

// Folders makes folders, with those above them.
func Folders(paths ...string) error {
	for _, path := range paths {
		if err := os.MkdirAll(path, 0o750); err != nil {
			return fmt.Errorf("drop: %w", err)
		}
	}
	return nil
}

// unfinished begins the names of files that are being written.
const unfinished = ".new-"

// List implements Files.
func (Disk) List(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("drop: %w", err)
	}
	var names []string
	for _, e := range entries {
		if e.Type().IsRegular() && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// Read implements Files.
func (Disk) Read(path string) ([]byte, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("drop: %w", err)
	}
	return content, nil
}

// Put implements Files.
func (d Disk) Put(path string, content []byte) error {
	temporary := filepath.Join(filepath.Dir(path), unfinished+filepath.Base(path))
	file, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o640)
	if err != nil {
		return fmt.Errorf("drop: %w", err)
	}
	_, err = file.Write(content)
	if err == nil && !d.Unsynced {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("drop: %w", err)
	}
	// The commit point: the file exists once it has its name.
	return d.Move(temporary, path)
}

// Move implements Files.
func (d Disk) Move(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return fmt.Errorf("drop: %w", err)
	}
	if d.Unsynced {
		return nil
	}
	for _, folder := range []string{filepath.Dir(to), filepath.Dir(from)} {
		if err := sync(folder); err != nil {
			return err
		}
		if filepath.Dir(from) == filepath.Dir(to) {
			break
		}
	}
	return nil
}

func sync(folder string) error {
	directory, err := os.Open(folder)
	if err != nil {
		return fmt.Errorf("drop: %w", err)
	}
	if err := errors.Join(directory.Sync(), directory.Close()); err != nil {
		return fmt.Errorf("drop: %w", err)
	}
	return nil
}

// Holds tells whether a file is there with just this content.
func Holds(files Files, path string, content []byte) (bool, error) {
	there, err := files.Read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && string(there) == string(content), err
}
