#!/usr/bin/env bash
# Builds, tests and packages the Go binding against an installed library, as a user would: test.sh PREFIX OUT [STEP]
#   build    the package, OUT/driver, OUT/examples/*
#   test     format, vet, tests: plain, with the race detector, with cgo's strictest checks. Needs HFHUB_LOCALHUB
#   package  a module of somebody else that uses it
# Everything is made below OUT. The compiler is $GO, else the one on the path; where Debian's is there as well, it is used, too.
set -euo pipefail

usage() { echo "usage: test.sh PREFIX OUT [build|test|package]" >&2; exit 2; }
[ $# -ge 2 ] && [ $# -le 3 ] || usage
here=$(cd "$(dirname "$0")" && pwd)
prefix=$(cd "$1" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)
step=${3:-all}

for tool in "${GO:-go}" pkg-config gcc; do
  command -v "$tool" > /dev/null || { echo "test.sh: $tool is not installed" >&2; exit 1; }
done
pc=$(find "$prefix" -name hfhub.pc -print -quit)
[ -n "$pc" ] || { echo "test.sh: no hfhub.pc below $prefix" >&2; exit 1; }
PKG_CONFIG_PATH=$(dirname "$pc")
export PKG_CONFIG_PATH
libdir=$(pkg-config --variable=libdir hfhub)
# nothing comes over the network, and no other compiler than the one that was asked for
export CGO_LDFLAGS="-Wl,-rpath,$libdir" GOFLAGS=-buildvcs=false GOPROXY=off GOTOOLCHAIN=local GOWORK=off
export GOTMPDIR="$out/tmp"
mkdir -p "$GOTMPDIR"

go=$(command -v "${GO:-go}")
compilers=("$go")
debian=/usr/lib/go-1.19/bin/go
if [ -x $debian ] && [ "$($debian version)" != "$("$go" version)" ]; then compilers+=("$debian"); fi

build() {
  (cd "$here" && "$go" build ./... && "$go" build -o "$out/driver" ./conformance)
  mkdir -p "$out/examples"
  (cd "$here/../../examples/go" && "$go" build -o "$out/examples/" ./...)
}

# not raw.go, which is generated
unformatted() { (cd "$here" && "$(dirname "$(readlink -f "$go")")/gofmt" -l ./*.go conformance internal/raw/log.go internal/raw/consts.go ../../examples/go); }

tests() {
  [ -x "${HFHUB_LOCALHUB:-}" ] || { echo "test.sh: HFHUB_LOCALHUB does not name the local Hub" >&2; exit 1; }
  local wrong
  wrong=$(unformatted)
  [ -z "$wrong" ] || { echo "gofmt would change: $wrong" >&2; exit 1; }
  for compiler in "${compilers[@]}"; do
    "$compiler" version
    # one line that SWIG writes is a conversion that vet warns of
    (cd "$here" && "$compiler" vet -unsafeptr=false ./... && "$compiler" test -count=1 ./...)
    (cd "$here/../../examples/go" && "$compiler" vet ./...)
  done
  (cd "$here" && "$go" test -count=1 -race .)
  # since Go 1.21 the strictest checks are compiled in
  if GOEXPERIMENT=cgocheck2 "$go" env GOVERSION > /dev/null 2>&1; then
    (cd "$here" && GOEXPERIMENT=cgocheck2 "$go" test -count=1 .)
  else
    (cd "$here" && GODEBUG=cgocheck=2 "$go" test -count=1 .)
  fi
}

package() {
  local consumer="$out/consumer" compiler said
  rm -rf "$consumer"
  mkdir -p "$consumer"
  cat > "$consumer/main.go" <<'END'
package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	hfhub "github.com/libhfhub/libhfhub/bindings/go"
)

func main() {
	session, err := hfhub.NewSession(&hfhub.SessionOptions{CacheDir: os.TempDir(), Offline: true})
	if err != nil {
		panic(err)
	}
	defer session.Close()
	path, state, err := session.CachedFile("acme/none", "config.json", nil)
	closed := session.Close()
	_, _, refused := session.CachedFile("acme/none", "config.json", nil)
	fmt.Println(hfhub.Version(), path == "", state == hfhub.CacheUnknown, err, closed, errors.Is(refused, fs.ErrClosed))
}
END
  (
    cd "$consumer"
    "$go" mod init example.com/consumer
    "$go" mod edit -go=1.19 -require=github.com/libhfhub/libhfhub/bindings/go@v0.0.0 \
      -replace="github.com/libhfhub/libhfhub/bindings/go=$here"
  ) > /dev/null 2>&1
  for compiler in "${compilers[@]}"; do
    (cd "$consumer" && "$compiler" build -o consumer .)
    said=$("$consumer/consumer")
    [ "$said" = "$(pkg-config --modversion hfhub) true true <nil> <nil> true" ] || { echo "the consumer says: $said" >&2; exit 1; }
  done
}

case $step in
  build) build ;;
  test) tests ;;
  package) package ;;
  all) build && tests && package ;;
  *) usage ;;
esac
