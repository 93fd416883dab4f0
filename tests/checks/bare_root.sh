#!/bin/bash
# Proves the two commands of README.md on a bare Debian 12: debootstrap makes a minimal root, this tree is copied into it as a
# clone would have it, and `./dev quickstart` and `./dev test` run there, each a second time to show that a warm run installs and
# builds nothing. Needs root, debootstrap, a Debian mirror, PyPI and npm; about 40 minutes and 4 GB.
#   ./dev test bare [quickstart] [test]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
readonly root=$PWD/build/bare
((EUID == 0)) || { echo "bare_root: must be root (it makes a chroot)" >&2 && exit 1; }
command -v debootstrap > /dev/null || { echo "bare_root: apt-get install debootstrap" >&2 && exit 1; }

mkdir -p build
exec 9> build/bare.lock
flock -n 9 || { echo "bare_root: another run uses $root" >&2 && exit 1; }

unmount() {
  local point
  for point in dev/shm dev/pts dev proc; do
    ! mountpoint -q "$root/$point" || umount "$root/$point"
  done
}

make_root() {
  local mirror
  mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2> /dev/null |
    grep -oE 'https?://[^ ]+/debian/?( |$)' | head -1 || true)
  unmount
  rm -rf "$root"
  mkdir -p "$root"
  debootstrap --variant=minbase bookworm "$root" "${mirror:-http://deb.debian.org/debian}" > build/bare.log
  # How this machine reaches mirrors and registries; a machine with plain access has nothing of it.
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  cp /etc/apt/sources.list.d/debian.sources "$root/etc/apt/sources.list.d/" 2> /dev/null && : > "$root/etc/apt/sources.list"
  grep -lE 'Acquire::(http|Check)' /etc/apt/apt.conf.d/* 2> /dev/null | xargs -r cp -t "$root/etc/apt/apt.conf.d/"
  mkdir -p "$root/usr/local/share/ca-certificates"
  cp /usr/local/share/ca-certificates/*.crt "$root/usr/local/share/ca-certificates/" 2> /dev/null || true
  mount -t proc proc "$root/proc"
  mount --bind /dev "$root/dev"
  mount --bind /dev/pts "$root/dev/pts"
  [[ ! -d /dev/shm ]] || mount -t tmpfs tmpfs "$root/dev/shm"
}

copy_tree() { # what a commit of the present state would hold
  rm -rf "$root/usr/src/libhfhub"
  mkdir -p "$root/usr/src/libhfhub"
  git ls-files -z --cached --others --exclude-standard --deduplicate |
    while IFS= read -r -d '' path; do [[ ! -e $path ]] || printf '%s\0' "$path"; done |
    tar --null -T - -cf - | tar -xf - -C "$root/usr/src/libhfhub"
}

inside() { # a command at the top of the tree, in an environment with nothing of ours but the way to the network
  local name pass=()
  for name in http_proxy https_proxy HTTP_PROXY HTTPS_PROXY no_proxy NO_PROXY PIP_INDEX_URL PIP_CERT NPM_CONFIG_REGISTRY NODE_EXTRA_CA_CERTS; do
    [[ -z ${!name:-} ]] || pass+=("$name=${!name}")
  done
  chroot "$root" /usr/bin/env -i HOME=/root TERM="${TERM:-dumb}" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    "${pass[@]}" /bin/bash -c 'cd /usr/src/libhfhub && exec "$@"' bash "$@"
}

timed() {
  local from=$SECONDS
  echo "== in the bare root: $*"
  inside "$@" || { echo "== FAILED after $((SECONDS - from)) s: $*" && exit 1; }
  echo "== $((SECONDS - from)) s: $*"
}

warm() { # the second run of a command must neither install nor compile
  local from=$SECONDS output
  output=$(inside "$@" 2>&1) || { echo "$output" && echo "== FAILED (warm): $*" && exit 1; }
  if grep -E 'Installing|Configuring|Building (C|CXX) object' <<< "$output"; then
    echo "== FAILED: the second run of '$*' is not warm"
    exit 1
  fi
  echo "== $((SECONDS - from)) s, warm: $*"
}

trap unmount EXIT
make_root
copy_tree
for command in "${@:-quickstart test}"; do
  for one in $command; do
    timed ./dev "$one"
    case $one in
      test) warm ./dev test checks ;; # the same deps and build, and minutes less of tests that have just passed
      *) warm ./dev "$one" ;;
    esac
  done
done
