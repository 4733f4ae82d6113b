package modelfile

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"millrace/domain/score"
)

// File is a model with what it was measured at and what its drift is watched against. Of a model that another program trained only
// the table is known.
type File struct {
	Table     score.Table     `json:"table"`
	Training  score.Training  `json:"training"`
	Reference score.Reference `json:"reference"`
}

// bytesMax bounds what a packed file may unpack to.
const bytesMax = 64 << 20

// ReadFile reads a model's file as training writes it, or any that Read reads, packed with gzip or not. What it gives has passed its
// checks.
func ReadFile(content []byte, digits int) (File, error) {
	if len(content) > 1 && content[0] == 0x1f && content[1] == 0x8b {
		unpacked, err := gzip.NewReader(bytes.NewReader(content))
		if err != nil {
			return File{}, err
		}
		if content, err = io.ReadAll(io.LimitReader(unpacked, bytesMax+1)); err != nil {
			return File{}, fmt.Errorf("the file can't be unpacked: %w", err)
		}
		if len(content) > bytesMax {
			return File{}, fmt.Errorf("the file unpacks to more than %d bytes", bytesMax)
		}
	}
	var parts map[string]json.RawMessage
	if json.Unmarshal(content, &parts) == nil && parts["table"] != nil {
		return readFile(content)
	}
	table, err := Read(content, digits)
	return File{Table: table}, err
}

func readFile(content []byte) (File, error) {
	var f File
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&f); err != nil {
		return File{}, fmt.Errorf("the model can't be read: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return File{}, errors.New("something stands after the model")
	}
	if err := f.Table.Check(); err != nil {
		return File{}, err
	}
	if err := f.Training.Check(); err != nil {
		return File{}, err
	}
	return f, f.Reference.Check(len(f.Table.Features))
}
