package sqlite_test

import (
	"crypto/sha256"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"testing"

	_ "github.com/ncruces/go-sqlite3/driver" // registers the driver "sqlite3"

	"millrace/engine/journal"
	"millrace/engine/journal/sqlite"
)

func connectBy(driver, path string) sqlite.Connect {
	return func(parameters url.Values) (*sql.DB, error) {
		return sql.Open(driver, "file:"+path+"?"+parameters.Encode())
	}
}

// BenchmarkAppend compares both drivers, and batch sizes, with every append
// durable: go test -run '^$' -bench Append -benchtime 5s ./engine/journal/sqlite
func BenchmarkAppend(b *testing.B) {
	for _, size := range []int{1 << 10, 256 << 10} {
		for driver, name := range map[string]string{"sqlite": "modernc", "sqlite3": "ncruces"} {
			b.Run(fmt.Sprintf("%s/%dKiB", name, size>>10), func(b *testing.B) {
				j, err := sqlite.OpenOn(connectBy(driver, filepath.Join(b.TempDir(), "journal.db")), 1)
				if err != nil {
					b.Fatal(err)
				}
				defer j.Close()
				var w journal.BatchWriter
				head := journal.Head{}
				command := journal.Body{Kind: 1, Bytes: make([]byte, min(size, 512)-200)}
				b.SetBytes(int64(size))
				b.ReportAllocs()
				for b.Loop() {
					w.Reset(1, head.Sequence+1, head.Hash)
					for w.Size() < size {
						w.Begin([16]byte{1}, journal.Header{Sequence: w.Next(), BodyHash: sha256.Sum256(nil)}, command)
						if _, err := w.End(); err != nil {
							b.Fatal(err)
						}
					}
					sealed := w.Seal()
					if err := j.Append(sealed); err != nil {
						b.Fatal(err)
					}
					head = sealed.Head()
				}
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "appends/s")
			})
		}
	}
}
