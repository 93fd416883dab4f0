#!/bin/bash
# test.sh PREFIX OUT [build|test|package]: the Rust crates against the library installed at PREFIX. Everything made goes below
# OUT; without a step all three run. Nothing is skipped: what is missing is an error.
# With HFHUB_SANITIZE=address the programs can use a library that was built with it.
#
# No network: crates come from Debian's librust-*-dev packages, for Debian's cargo as for any newer one.
set -euo pipefail

usage() {
  echo "usage: test.sh PREFIX OUT [build|test|package]; HFHUB_LOCALHUB names the local Hub's program" >&2
  exit 2
}
[[ $# -ge 2 && $# -le 3 ]] || usage
prefix=$(realpath "$1")
mkdir -p "$2"
out=$(realpath "$2")
here=$(dirname "$(realpath "$0")")
debian=/usr/share/cargo/registry

exec 9>"$out/.lock"
flock 9 # two steps at once would replace each other's sources

# ---- what it takes ---------------------------------------------------------------------------------------------------
missing() {
  echo "missing: $1 (apt install $2)" >&2
  exit 1
}
for tool in cargo rustc; do command -v $tool > /dev/null || missing $tool $tool; done
cargo clippy --version > /dev/null 2>&1 || missing "cargo clippy" rust-clippy
command -v pkg-config > /dev/null || missing pkg-config pkg-config
command -v flock > /dev/null || missing flock util-linux
for crate in futures-core serde serde_derive serde_json tokio async-std; do
  compgen -G "$debian/$crate-[0-9]*" > /dev/null || missing "the crate $crate" \
    "librust-futures-core-dev librust-serde-dev librust-serde-json-dev librust-tokio-dev librust-async-std-dev"
done
[[ -f $prefix/lib/pkgconfig/hfhub.pc ]] || { echo "$prefix holds no libhfhub" >&2; exit 1; }

# ---- sources and surroundings below OUT ----------------------------------------------------------------------------------
rm -rf "$out/src" "$out/registry"
mkdir -p "$out/src/bindings" "$out/src/examples" "$out/registry" "$out/.cargo"
cp -a "$here" "$out/src/bindings/rust"
cp -a "$here/../../examples/rust" "$out/src/examples/rust"
cp "$here/../../LICENSE" "$out/src/" # the crates link to it
ln -s "$debian"/* "$out/registry/"
sanitize=
[[ -z ${HFHUB_SANITIZE:-} ]] || sanitize=", \"-C\", \"link-arg=-fsanitize=$HFHUB_SANITIZE\""
cat > "$out/.cargo/config.toml" << EOF
[source.crates-io]
replace-with = "here"
[source.here]
directory = "$out/registry"
[net]
offline = true
[build]
rustflags = ["-C", "link-arg=-Wl,-rpath,$prefix/lib"$sanitize]
EOF
unset HFHUB_LIB_DIR DOCS_RS RUSTFLAGS RUSTDOCFLAGS
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig LD_LIBRARY_PATH=$prefix/lib
export CARGO_TARGET_DIR=$out/target RUST_BACKTRACE=0
workspace=$out/src/bindings/rust

# ---- 1. the crates, the driver, the examples -------------------------------------------------------------------------------
build() {
  cd "$workspace"
  cargo build --release
  ln -sf "$out/target/release/driver" "$out/driver"
  cd "$out/src/examples/rust"
  cargo build --release
  mkdir -p "$out/examples"
  for name in download_progress snapshots_cancel upload_folder_pr safetensors_range; do
    ln -sf "$out/target/release/$name" "$out/examples/$name"
  done
}

# ---- 2. tests and linters ------------------------------------------------------------------------------------------------
run_tests() {
  : "${HFHUB_LOCALHUB:?the program of the local Hub}"
  cd "$workspace"
  cargo clippy --all-targets --features hfhub/stream,hfhub/serde -- -D warnings
  (cd "$out/src/examples/rust" && cargo clippy -- -D warnings)
  cargo test -p hfhub-sys -p hfhub --features hfhub/stream,hfhub/serde
  (cd tests-async && cargo test)
  oldest
  # as docs.rs does it: without the library
  PKG_CONFIG=/bin/false DOCS_RS=1 RUSTDOCFLAGS="-D warnings" CARGO_TARGET_DIR=$out/target-docs \
    cargo doc --no-deps -p hfhub-sys -p hfhub --features hfhub/stream,hfhub/serde
}

# Rust 1.63, which the crates promise: Debian 12's, wherever it is.
oldest() {
  local rustc=${HFHUB_OLDEST_RUSTC:-/usr/bin/rustc} cargo=${HFHUB_OLDEST_CARGO:-/usr/bin/cargo}
  if rustc --version | grep -q "^rustc 1\.63\."; then return; fi # it did all of the above
  if ! "$rustc" --version | grep -q "^rustc 1\.63\."; then
    echo "missing: Rust 1.63; HFHUB_OLDEST_RUSTC and HFHUB_OLDEST_CARGO name one" >&2
    exit 1
  fi
  RUSTC=$rustc CARGO_TARGET_DIR=$out/target-oldest "$cargo" check --features hfhub/stream,hfhub/serde
}

# ---- 3. as a user gets them ------------------------------------------------------------------------------------------------
# Packs a crate, builds it from what was packed, and puts it where cargo takes published crates from.
publish() {
  (cd "$workspace" && cargo package --allow-dirty -p "$1")
  tar -xzf "$CARGO_TARGET_DIR/package/$1-0.1.0.crate" -C "$out/registry"
  echo '{"files": {}}' > "$out/registry/$1-0.1.0/.cargo-checksum.json"
}

package() {
  export CARGO_TARGET_DIR=$out/target-package
  publish hfhub-sys
  publish hfhub
  rm -rf "$out/user"
  mkdir -p "$out/user"
  cd "$out/user"
  cargo new --quiet --vcs none app
  cd app
  cargo add --quiet --path "$out/registry/hfhub-0.1.0"
  cat > src/main.rs << 'EOF'
fn main() -> Result<(), hfhub::Error> {
    let session = hfhub::Session::new(&hfhub::SessionOptions::new().offline(true))?;
    let error = session.download_file("a/b", "c", None)?.wait().unwrap_err();
    println!("{} {}", hfhub::version(), error.name());
    Ok(())
}
EOF
  expect "0.1.0 HFHUB_E_NOT_CACHED"
  # the same from the registry, with the features, and the library's folder by name instead of pkg-config
  sed -i 's|^hfhub = .*|hfhub = { version = "0.1", features = ["stream", "serde"] }|' Cargo.toml
  PKG_CONFIG=/bin/false HFHUB_LIB_DIR=$prefix/lib expect "0.1.0 HFHUB_E_NOT_CACHED"
}

expect() {
  local printed
  printed=$(HF_HOME=$out/user/home cargo run --quiet)
  [[ $printed == "$1" ]] || { echo "printed '$printed', not '$1'" >&2; exit 1; }
  echo "a program outside of the tree printed: $printed"
}

case ${3:-all} in
  build) build ;;
  test) run_tests ;;
  package) package ;;
  all)
    build
    run_tests
    package
    ;;
  *) usage ;;
esac
