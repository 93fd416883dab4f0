#!/usr/bin/env bash
# Builds, tests and packages the C# binding against an installed library, as a user would: test.sh PREFIX OUT [STEP]
#   build    the assembly, OUT/HfHub.VERSION.nupkg, OUT/driver, OUT/examples/*
#   test     the tests. Needs HFHUB_LOCALHUB
#   package  a program of somebody else that uses the package; the tests against the package's assembly for .NET
# Everything is made below OUT. There is no .NET SDK in Debian: the compiler and the runtime are Mono's.
set -euo pipefail

usage() { echo "usage: test.sh PREFIX OUT [build|test|package]" >&2; exit 2; }
[ $# -ge 2 ] && [ $# -le 3 ] || usage
here=$(cd "$(dirname "$0")" && pwd)
prefix=$(cd "$1" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)
step=${3:-all}

for tool in mcs mono swig pkg-config cc c++ python3; do
  command -v $tool > /dev/null || { echo "test.sh: $tool is not installed" >&2; exit 1; }
done
pc=$(find "$prefix" -name hfhub.pc -print -quit)
[ -n "$pc" ] || { echo "test.sh: no hfhub.pc below $prefix" >&2; exit 1; }
PKG_CONFIG_PATH=$(dirname "$pc")
export PKG_CONFIG_PATH
version=$(pkg-config --modversion hfhub)
mcs=(mcs -langversion:7.2 -warnaserror+ -debug)

# program NAME EXE: OUT/NAME runs OUT/EXE
program() {
  printf '#!/bin/sh\nexec mono --debug "%s" "$@"\n' "$out/$2" > "$out/$1"
  chmod +x "$out/$1"
}

build() {
  "$here/glue.sh" "$prefix" "$out"
  # The class is there for its name alone: pack.py needs it among the assembly's strings.
  cat > "$out/AssemblyInfo.cs" <<END
[assembly: System.Reflection.AssemblyVersion("$version.0")]
[assembly: System.Reflection.AssemblyTitle("HfHub")]
[assembly: System.Runtime.Versioning.TargetFramework(".NETStandard,Version=v2.1")]
internal static class netstandard { }
END
  "${mcs[@]}" -unsafe -optimize+ -target:library -out:"$out/HfHub.dll" -doc:"$out/HfHub.xml" \
    "$here"/src/*.cs "$out"/gen/*.cs "$out/AssemblyInfo.cs"
  ! grep -n 'badly formed XML' "$out/HfHub.xml" || { echo "test.sh: a doc comment is no XML" >&2; exit 1; }
  python3 -B "$here/pack.py" "$version" "$out"

  "${mcs[@]}" -r:"$out/HfHub.dll" -r:Mono.Posix.dll -out:"$out/driver.exe" "$here"/conformance/*.cs
  program driver driver.exe
  mkdir -p "$out/examples"
  for name in download_progress:DownloadProgress snapshots_cancel:SnapshotsCancel upload_folder_pr:UploadFolderPr \
    safetensors_range:SafetensorsRange; do
    "${mcs[@]}" -r:"$out/HfHub.dll" -out:"$out/${name##*:}.exe" "$here/../../examples/csharp/${name##*:}.cs"
    program "examples/${name%%:*}" "${name##*:}.exe"
  done
}

# run_tests FOLDER: with the assembly that lies there
run_tests() {
  [ -x "${HFHUB_LOCALHUB:-}" ] || { echo "test.sh: HFHUB_LOCALHUB does not name the local Hub" >&2; exit 1; }
  "${mcs[@]}" -r:"$out/HfHub.dll" -r:System.dll -out:"$1/tests.exe" "$here"/tests/*.cs
  mono --debug "$1/tests.exe"
}

# consume FOLDER REFERENCE: compiles somebody's program there, and runs it with the assembly that lies there
consume() {
  local folder=$1 reference=$2 said
  cat > "$folder/Consumer.cs" <<'END'
using System;
using HfHub;

internal static class Consumer
{
    private static void Main()
    {
        var session = new Session(new SessionOptions { CacheDir = "/tmp", Offline = true });
        CachedFile file = session.CachedFile("acme/none", "config.json");
        session.Dispose();
        string refused = "not refused";
        try { session.StartCacheScan(); }
        catch (ObjectDisposedException) { refused = "refused"; }
        Console.WriteLine($"{Library.Version} {file.State} {refused} {Json.Parse("[1]")[0].AsInt64()}");
    }
}
END
  (cd "$folder" && "${mcs[@]}" -r:"$reference" -out:consumer.exe Consumer.cs)
  said=$(cd "$folder" && mono consumer.exe)
  [ "$said" = "$version Unknown refused 1" ] || { echo "the consumer says: $said" >&2; exit 1; }
}

# What .NET has as netstandard.dll: it forwards every type to where it is.
netstandard() {
  cat > "$1/Facade.cs" <<'END'
using System;
using System.IO;
using System.Linq;
internal static class Facade
{
    private static void Main()
    {
        Console.WriteLine("[assembly: System.Reflection.AssemblyVersion(\"2.1.0.0\")]");
        foreach (Type type in typeof(object).Assembly.GetExportedTypes().Where(t => !t.IsNested && t != typeof(void) && t.Namespace != null
            && t.Namespace.StartsWith("System") && t.GetCustomAttributes(typeof(ObsoleteAttribute), false).Length == 0))
        {
            string name = type.FullName;
            int generic = name.IndexOf('`');
            if (generic >= 0) name = name.Substring(0, generic) + "<" + new string(',', type.GetGenericArguments().Length - 1) + ">";
            Console.WriteLine($"[assembly: System.Runtime.CompilerServices.TypeForwardedTo(typeof({name}))]");
        }
    }
}
END
  mcs -out:"$1/facade.exe" "$1/Facade.cs"
  mono "$1/facade.exe" > "$1/netstandard.cs"
  mcs -target:library -out:"$1/netstandard.dll" "$1/netstandard.cs"
}

package() {
  local unpacked="$out/unpacked"
  rm -rf "$unpacked" "$out/consumer-mono" "$out/consumer-net"
  mkdir -p "$out/consumer-mono" "$out/consumer-net"
  python3 -m zipfile -e "$out/HfHub.$version.nupkg" "$unpacked"
  cp "$unpacked"/runtimes/*/native/libhfhub_cs.so "$unpacked/mono/HfHub.dll" "$out/consumer-mono"
  consume "$out/consumer-mono" HfHub.dll
  cp "$unpacked"/runtimes/*/native/libhfhub_cs.so "$unpacked/lib/netstandard2.1/HfHub.dll" "$out/consumer-net"
  netstandard "$out/consumer-net"
  consume "$out/consumer-net" "$unpacked/mono/HfHub.dll"
  run_tests "$out/consumer-net"
}

case $step in
  build) build ;;
  test) run_tests "$out" ;;
  package) package ;;
  all) build && run_tests "$out" && package ;;
  *) usage ;;
esac
