package book_test

import (
	"bytes"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"millrace/book"
)

var update = flag.Bool("update", false, "write the golden files that are missing, and the reference of rejections")

// fill gives every field of a value something of its own, so that a field whose key or type changes shows.
func fill(v reflect.Value, count *int) {
	*count++
	switch v.Kind() {
	case reflect.Pointer:
		fill(v.Elem(), count)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Name != "verified" { // is not stored
				fill(v.Field(i), count)
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), count)
		fill(v.Index(1), count)
	case reflect.Array:
		for i := range v.Len() {
			if v.Index(i).CanUint() {
				v.Index(i).SetUint(uint64(*count+i) & 0xff)
			} else {
				fill(v.Index(i), count)
			}
		}
	case reflect.String:
		v.SetString(fmt.Sprintf("text %d", *count))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Int:
		v.SetInt(int64(*count) - 1000*int64(*count%2))
	case reflect.Uint8:
		v.SetUint(uint64(*count) & 0xff)
	case reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uint:
		v.SetUint(uint64(*count) << 6)
	default:
		panic("a stored form holds a " + v.Kind().String())
	}
}

const storedFolder = "testdata/stored_v1"

func goldenName(of string, kind uint16, value any) string {
	name := fmt.Sprintf("%T", value)
	return fmt.Sprintf("%s_%03d_%s.golden", of, kind, strings.ToLower(name[strings.LastIndex(name, ".")+1:]))
}

func TestStoredFormsStayAsTheyAre(t *testing.T) {
	wanted := map[string][]byte{}
	for _, c := range book.CommandKinds() {
		count := 0
		fill(reflect.ValueOf(c), &count)
		wanted[goldenName("command", c.Kind(), c)] = book.AppendCommand(nil, c)
	}
	for _, e := range book.EventKinds() {
		count := 0
		fill(reflect.ValueOf(e), &count)
		wanted[goldenName("event", e.Kind(), e)] = book.AppendEvent(nil, e)
	}
	if *update {
		for name, raw := range wanted {
			file := filepath.Join(storedFolder, name)
			if _, err := os.Stat(file); err == nil {
				continue // what is written once stays
			}
			if err := os.MkdirAll(storedFolder, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(hex.EncodeToString(raw)+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	files, err := filepath.Glob(storedFolder + "/*.golden")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]struct{}{}
	for _, file := range files {
		name := filepath.Base(file)
		found[name] = struct{}{}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := hex.DecodeString(strings.TrimSpace(string(text)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		again, err := reencode(name, raw)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !bytes.Equal(again, raw) {
			t.Errorf("%s comes back as\n%x", name, again)
		}
	}
	for name := range wanted {
		if _, there := found[name]; !there {
			t.Errorf("%s is missing: write it with -update, once", name)
		}
	}
}

// reencode decodes the stored bytes by the kind in the file's name, and encodes what they gave.
func reencode(name string, raw []byte) ([]byte, error) {
	of, rest, _ := strings.Cut(name, "_")
	number, _, _ := strings.Cut(rest, "_")
	kind, err := strconv.Atoi(number)
	if err != nil {
		return nil, err
	}
	if of == "command" {
		c, err := book.DecodeCommand(uint16(kind), raw)
		if err != nil {
			return nil, err
		}
		return book.AppendCommand(nil, c), nil
	}
	e, err := book.DecodeEvent(uint16(kind), raw)
	if err != nil {
		return nil, err
	}
	return book.AppendEvent(nil, e), nil
}

func TestStoredFormsRefuseWhatIsNotTheirs(t *testing.T) {
	for _, test := range []struct {
		name string
		kind uint16
		raw  string
	}{
		{"unknown kind", 999, "a0"},
		{"unknown field", 4, "a2010a186302"},
		{"the same field twice", 4, "a2010a010b"},
		{"cut short", 4, "a101"},
		{"not a map", 4, "01"},
		{"indefinite length", 4, "bf010aff"},
	} {
		raw, err := hex.DecodeString(test.raw)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := book.DecodeCommand(test.kind, raw); err == nil {
			t.Errorf("%s: no error", test.name)
		}
	}
}
