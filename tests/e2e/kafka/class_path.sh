#!/bin/sh
# class_path.sh OUTPUT: writes the class path of an Apache Kafka broker to the
# file OUTPUT. The jars stay in Maven's own cache. The network is asked only
# for what is not there, so a second run works without one.
set -eu
pom=$(cd "$(dirname "$0")" && pwd)/pom.xml
output=$1

complete() {
  [ -s "$output" ] && [ "$output" -nt "$pom" ] || return 1
  tr ':' '\n' <"$output" | while read -r jar || [ -n "$jar" ]; do
    [ -f "$jar" ] || exit 1
  done
}

resolve() {
  mvn "$@" -q -B -f "$pom" dependency:build-classpath -Dmdep.outputFile="$output" >"$output.log" 2>&1
}

complete && exit 0
command -v mvn >/dev/null || {
  echo "class_path.sh: no Maven (mvn) on the PATH; it fetches the Kafka broker that these tests start." >&2
  echo "Install it (apt install maven default-jre-headless), or configure with -DPOLDER_KAFKA_TESTS=OFF." >&2
  exit 1
}
mkdir -p "$(dirname "$output")"
resolve -o || resolve || {
  echo "class_path.sh: Maven could not resolve the Kafka broker of $pom; its words:" >&2
  grep -m 3 ERROR "$output.log" >&2 || true
  echo "It needs its central repository once, or configure with -DPOLDER_KAFKA_TESTS=OFF." >&2
  exit 1
}
complete || { echo "class_path.sh: $output names a jar that is not there" >&2; exit 1; }
