#!/bin/sh
# native.sh PREFIX OUT: the part that is C. Writes OUT/java (the raw layer's three classes, by SWIG) and OUT/resources
# (the shared object, at the place where NativeLoader looks for it in a jar). The library is linked in statically.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
swig_dir=$(dirname "$here")/swig
prefix=$1
out=$2
for tool in swig g++ pkg-config javac nm; do
  command -v "$tool" > /dev/null || { echo "native.sh: $tool is missing" >&2; exit 1; }
done
java_home=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}
case $(uname -s) in
  Linux) platform=linux-$(uname -m) ;;
  *) echo "native.sh: no rules for $(uname -s)" >&2; exit 1 ;;
esac
export PKG_CONFIG_PATH="$prefix/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
classes=$out/java/io/github/libhfhub
target=$out/resources/META-INF/native/$platform
include_dir=$(pkg-config --variable=includedir hfhub)
mkdir -p "$classes" "$target"

swig -c++ -java -Wall -module Raw -package io.github.libhfhub -I"$include_dir" -I"$swig_dir" -outdir "$classes" \
  -o "$out/hfhub_jni.cpp" "$swig_dir/hfhub.i"
# SWIG knows no way to keep the interface of the constants inside the package.
sed -i 's/^public interface RawConstants/interface RawConstants/' "$classes/RawConstants.java"
if ls "$classes" | grep SWIGTYPE; then
  echo "native.sh: the types above have no typemap in java.swgi" >&2
  exit 1
fi

echo '{ global: JNI_OnLoad; Java_*; local: *; };' > "$out/exports.map"
# The library's archive, and those of what it needs where the system has them: a jar should run on other machines, too.
# The C++ runtime comes in by -static-libstdc++.
libraries=
for word in $(pkg-config --static --libs hfhub); do
  case $word in
    -lhfhub) word=-l:libhfhub.a ;;
    -lstdc++) continue ;;
    -l*) archive=lib${word#-l}.a
      case $word in -lm | -ldl | -lc | -lpthread) ;; *)
        if [ -f "$(g++ -print-file-name="$archive")" ]; then word=-l:$archive; fi ;;
      esac ;;
  esac
  libraries="$libraries $word"
done
g++ -std=c++17 -O2 -g -fPIC -fno-strict-aliasing -Wall -Wextra -Wno-unused-parameter -Wno-unused-variable \
  -Wno-unused-function -Wno-unused-local-typedefs $(pkg-config --cflags hfhub) \
  -I"$java_home/include" -I"$java_home/include/linux" -shared -o "$target/libhfhub_jni.so" "$out/hfhub_jni.cpp" \
  -static-libstdc++ -static-libgcc -Wl,--version-script="$out/exports.map" -Wl,-z,defs -Wl,-z,nodelete -Wl,--gc-sections \
  -Wl,--strip-debug $libraries
if nm -D --defined-only "$target/libhfhub_jni.so" | grep -v -E ' (T Java_|T JNI_OnLoad)'; then
  echo "native.sh: the symbols above must not be exported" >&2
  exit 1
fi
