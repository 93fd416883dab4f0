#!/bin/sh
# test.sh PREFIX OUT [build|test|package]: builds the jar, the conformance driver and the examples against the library installed
# at PREFIX, runs the tests, and uses the jar from a Maven project outside the tree. Everything goes to OUT. HFHUB_LOCALHUB names
# the local Hub. Needs: JDK 17, Maven, SWIG, g++, pkg-config, python3; Maven's plugins come from Maven Central into OUT/m2, or
# with HFHUB_MAVEN_ARGS="-o -Dmaven.repo.local=..." from a repository that is there.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$(dirname "$here")")
prefix=$(cd "$1" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)
step=${3:-all}
version=$(sed -n 's:^  <version>\(.*\)</version>:\1:p' "$here/pom.xml")
jar=$out/maven/hfhub-$version.jar
for tool in java javac mvn swig g++ pkg-config python3; do
  command -v "$tool" > /dev/null || { echo "java: $tool is missing" >&2; exit 1; }
done
# Java takes the names of files as the locale says.
LC_ALL=C.UTF-8
export LC_ALL

maven() {
  mvn -B -q -ntp -Dstyle.color=never ${HFHUB_MAVEN_ARGS:--Dmaven.repo.local="$out/m2"} "$@"
}

# program FILE CLASS CLASSPATH: a script that runs a class.
program() {
  printf '#!/bin/sh\nexport LC_ALL=C.UTF-8\nexec java -XX:+UseSerialGC -Xshare:auto -XX:TieredStopAtLevel=%s -cp "%s" %s "$@"\n' \
    "${4:-4}" "$3" "$2" > "$1"
  chmod +x "$1"
}

build() {
  maven -f "$here/pom.xml" -Dhfhub.prefix="$prefix" -Dhfhub.build="$out/maven" package
  rm -rf "$out/driver-classes" "$out/example-classes"
  mkdir -p "$out/driver-classes" "$out/example-classes" "$out/examples"
  javac -Xlint:all,-try,-serial -Werror -cp "$jar" -d "$out/driver-classes" "$here"/conformance/*.java
  program "$out/driver" Driver "$jar:$out/driver-classes"
  javac -Xlint:all -Werror -cp "$jar" -d "$out/example-classes" "$root"/examples/java/*.java
  for name in download_progress:DownloadProgress snapshots_cancel:SnapshotsCancel upload_folder_pr:UploadFolderPr \
    safetensors_range:SafetensorsRange; do
    program "$out/examples/${name%%:*}" "${name##*:}" "$jar:$out/example-classes" 1
  done
}

tests() {
  rm -rf "$out/test-classes"
  mkdir -p "$out/test-classes"
  javac -Xlint:all,-try,-serial -Werror -cp "$jar" -d "$out/test-classes" "$here"/src/test/java/io/github/libhfhub/*.java
  # -Xcheck:jni warns on its output, and goes on: a warning fails here.
  python3 -B "$here/hub.py" "${HFHUB_LOCALHUB:?names the local Hub}" "$out/test-work" \
    java -Xcheck:jni -ea --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -cp "$jar:$out/test-classes" io.github.libhfhub.Tests > "$out/test.log" 2>&1 ||
    { cat "$out/test.log"; exit 1; }
  cat "$out/test.log"
  if grep -E 'WARNING|FATAL ERROR' "$out/test.log"; then
    echo "java: -Xcheck:jni found the above" >&2
    exit 1
  fi
}

package() {
  rm -rf "$out/consumer"
  mkdir -p "$out/consumer/src/main/java"
  (cd "$out/consumer" && maven org.apache.maven.plugins:maven-install-plugin:3.1.0:install-file \
    -Dfile="$jar" -DpomFile="$here/pom.xml")
  cp "$root/examples/java/DownloadProgress.java" "$out/consumer/src/main/java/"
  sed "s/@VERSION@/$version/" "$here/consumer.xml" > "$out/consumer/pom.xml"
  maven -f "$out/consumer/pom.xml" package
  # An ordinary user has the two jars and a JVM: no library in the system, no other folder.
  found=$(env -u LD_LIBRARY_PATH java -cp "$out/consumer/target/consumer-1.jar:$out/consumer/target/lib/hfhub-$version.jar" \
    DownloadProgress 2>&1) && { echo "java: the consumer ran without arguments" >&2; exit 1; }
  [ "$found" = "usage: download_progress REPO FILE" ] || { echo "java: the consumer said: $found" >&2; exit 1; }
  python3 -B "$here/hub.py" "${HFHUB_LOCALHUB:?names the local Hub}" "$out/consumer-work" env -u LD_LIBRARY_PATH \
    java -cp "$out/consumer/target/consumer-1.jar:$out/consumer/target/lib/hfhub-$version.jar" DownloadProgress \
    tests/files config.json | grep '/config.json$'
  # What a jar for others must have.
  python3 -m zipfile -l "$jar" > "$out/jar.txt"
  for entry in "META-INF/native/linux-$(uname -m)/libhfhub_jni.so" io/github/libhfhub/Session.class; do
    grep -q "$entry" "$out/jar.txt" || { echo "java: $entry is not in the jar" >&2; exit 1; }
  done
  for kind in sources javadoc; do
    [ -s "$out/maven/hfhub-$version-$kind.jar" ] || { echo "java: no $kind jar" >&2; exit 1; }
  done
}

case $step in
  build) build ;;
  test) tests ;;
  package) package ;;
  all)
    build
    tests
    package
    ;;
  *) echo "usage: test.sh PREFIX OUT [build|test|package]" >&2; exit 2 ;;
esac
