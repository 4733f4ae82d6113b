# The version is the nearest tag, or the commit; "unknown" outside a git checkout.
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
# How long each fuzz target runs.
FUZZTIME ?= 10m
STATICCHECK ?= honnef.co/go/tools/cmd/staticcheck@v0.8.2

# Pure Go, so that the one binary runs on any Linux of its architecture.
export CGO_ENABLED = 0

.PHONY: build test check-format lint bench fuzz race screens clean bench-credit bench-clearing

build:
	go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/millrace ./cmd/millrace

test:
	.ci/install
	@$(MAKE) --no-print-directory check-format
	go vet ./...
	go test -timeout 30m ./...
	@if [ "$$(go env GOHOSTARCH)" = amd64 ]; then echo 'scores on 386'; GOARCH=386 CGO_ENABLED=0 go test ./domain/score; fi

check-format:
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then \
		echo "not formatted; run gofmt -w on:" >&2; echo "$$unformatted" >&2; exit 1; fi

# staticcheck is fetched by the go command and is no dependency of the module.
lint: check-format
	go vet ./...
	go run $(STATICCHECK) ./...

# The benchmark stops and restarts its own process, so it runs as a binary. It prints a table and writes JSON.
bench: build
	mkdir -p build
	bin/millrace bench --output build/bench.json

# Every fuzz target in turn; a finding stays below its package's testdata/fuzz and is then a test like any other.
fuzz:
	@set -e; grep -rlE '^func Fuzz[A-Z]' --include='*_test.go' . | while read -r file; do \
		for target in $$(sed -nE 's/^func (Fuzz[A-Za-z0-9_]+)\(.*/\1/p' "$$file"); do \
			echo "fuzz: $$target in $$(dirname "$$file") for $(FUZZTIME)"; \
			go test "$$(dirname "$$file")" -run '^$$' -fuzz "^$$target\$$" -fuzztime '$(FUZZTIME)' </dev/null; \
		done; done

# The race detector is the one thing here that needs cgo and a C compiler.
race:
	CGO_ENABLED=1 go test -race ./...

# A picture of every page of a living economy, at 1440 and 390 pixels, light and dark, in build/screens/DESK. SCREENS_OF=buyer,seller takes those alone.
screens:
	.ci/install
	BROWSER_TESTS=required JOURNEYS_SCREENS=$(CURDIR)/build/screens JOURNEYS_DESKS=$(SCREENS_OF) go test -timeout 60m ./cmd/millrace -run '^TestALivingEconomyInABrowser$$/^pages$$' -count 1 -v

clean:
	rm -rf bin build

# Scorecards and trees on the credit data beside the project, with LightGBM and optbinning on the same folds where Python can have them.
bench-credit: build
	lab/train/compare/compare.sh bin/millrace ../shared/data/credit build/credit

# Multilateral set-off beside LEMON and, where Python can have it, OR-tools, by turns on the same networks. LARGE=--large adds five million debts.
bench-clearing: build
	lab/clearing/compare/compare.sh bin/millrace ../shared/bench/clearing build/clearing $(LARGE)
