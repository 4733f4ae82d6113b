package console

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

//go:embed assets templates
var embedded embed.FS

// asset is a file that pages load. Its address holds the hash of its bytes, so it may be kept for ever.
type asset struct {
	mediaType string
	plain     []byte
	packed    []byte
}

// assets gives the files by the last part of their address, and addresses by the name in the folder. They are packed when the first
// page is asked for, so that other commands need not wait.
var assets = sync.OnceValues(loadAssets)

func loadAssets() (map[string]asset, map[string]string) {
	byAddress, byName := map[string]asset{}, map[string]string{}
	names, err := fs.Glob(embedded, "assets/*")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		content, err := embedded.ReadFile(name)
		if err != nil {
			panic(err)
		}
		base, extension := path.Base(name), path.Ext(name)
		sum := sha256.Sum256(content)
		hashed := strings.TrimSuffix(base, extension) + "." + hex.EncodeToString(sum[:8]) + extension
		byAddress[hashed] = asset{mime.TypeByExtension(extension), content, pack(content)}
		byName[base] = "/assets/" + hashed
	}
	return byAddress, byName
}

func serveAsset(w http.ResponseWriter, r *http.Request) {
	byAddress, _ := assets()
	found, known := byAddress[r.PathValue("name")]
	if !known {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", found.mediaType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	body := found.plain
	if takesGzip(r) {
		h.Set("Content-Encoding", "gzip")
		body = found.packed
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	// The caller may be gone; there is nobody left to tell.
	_, _ = w.Write(body)
}

// send writes a whole answer, packed where the caller takes it.
func send(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	h := w.Header()
	h.Set("Vary", "Accept-Encoding")
	if takesGzip(r) {
		h.Set("Content-Encoding", "gzip")
		body = pack(body)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

func pack(content []byte) []byte {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	// A buffer in memory takes every write.
	_, _ = w.Write(content)
	_ = w.Close()
	return packed.Bytes()
}

// assetAddress is where a page finds a file.
func assetAddress(name string) string {
	_, byName := assets()
	return byName[name]
}

func takesGzip(r *http.Request) bool {
	for _, offered := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		coding, parameter, _ := strings.Cut(strings.TrimSpace(offered), ";")
		weight := strings.ReplaceAll(parameter, " ", "")
		if (coding == "gzip" || coding == "*") && weight != "q=0" && weight != "q=0.0" {
			return true
		}
	}
	return false
}
