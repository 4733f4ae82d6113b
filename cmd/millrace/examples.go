package main

import (
	"io/fs"
	"strings"

	"millrace/examples"
)

// exampleFile is one of the embedded trade documents.
type exampleFile struct {
	name  string
	bytes []byte
}

// exampleDocuments gives the embedded trade documents in the order of their names.
func exampleDocuments() ([]exampleFile, error) {
	var files []exampleFile
	err := fs.WalkDir(examples.Files, "trade", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".xml") {
			return err
		}
		bytes, err := examples.Files.ReadFile(name)
		files = append(files, exampleFile{name, bytes})
		return err
	})
	return files, err
}
