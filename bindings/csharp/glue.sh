#!/bin/sh
# glue.sh PREFIX OUT: from the library installed in PREFIX makes OUT/gen/*.cs, the raw layer, and OUT/libhfhub_cs.so, the
# wrappers with the library inside, which needs nothing but libc and libm (libcurl is loaded when it is used).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
prefix=$(cd "$1" && pwd)
out=$2
pc=$(find "$prefix" -name hfhub.pc -print -quit)
[ -n "$pc" ] || { echo "glue.sh: no hfhub.pc below $prefix" >&2; exit 1; }
PKG_CONFIG_PATH=$(dirname "$pc")
export PKG_CONFIG_PATH

rm -rf "$out/gen"
mkdir -p "$out/gen"
swig -csharp -Wall -Werror -namespace HfHub.Raw -dllimport hfhub_cs -DSWIG_CSHARP_NO_EXCEPTION_HELPER \
  -DSWIG_CSHARP_NO_STRING_HELPER -DSWIG_CSHARP_NO_WSTRING_HELPER -I"$(pkg-config --variable=includedir hfhub)" \
  -outdir "$out/gen" -o "$out/raw_wrap.c" "$here/../swig/hfhub.i"
if ls "$out"/gen/SWIGTYPE_* >/dev/null 2>&1; then
  echo "glue.sh: a type without a typemap:" "$out"/gen/SWIGTYPE_* >&2
  exit 1
fi

# The static library, and of what it needs the static form where there is one.
libraries=$(pkg-config --variable=libdir hfhub)/libhfhub.a
for word in $(pkg-config --static --libs-only-l hfhub); do
  name=${word#-l}
  archive=$(cc -print-file-name="lib$name.a")
  case $name in
    hfhub | stdc++ | gcc_s | m | dl | pthread | rt | c) ;;
    *) if [ -f "$archive" ]; then libraries="$libraries $archive"; else libraries="$libraries $word"; fi ;;
  esac
done
cc -c -O2 -fPIC -fvisibility=hidden -fno-strict-aliasing -Wall -Werror $(pkg-config --cflags hfhub) \
  -o "$out/raw_wrap.o" "$out/raw_wrap.c"
c++ -shared -static-libstdc++ -static-libgcc -Wl,-soname,libhfhub_cs.so -Wl,--exclude-libs,ALL -Wl,--gc-sections \
  -Wl,-z,defs -Wl,-z,nodelete -o "$out/libhfhub_cs.so" "$out/raw_wrap.o" $libraries -lm -ldl -pthread
