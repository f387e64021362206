#!/usr/bin/env bash
# jcstress passes a test with more actors than processors, without running it.
#
# Library    jcstress 0.16
# Seen with  OpenJDK 25.0 (Temurin), Linux, x86-64
#
# What happens  A test has three actors, and every result of it is forbidden. On a machine with two processors, or told to use two (-c 2),
#               jcstress prints once, among its settings, that no scheduling is possible for tests with three actors. Then it reports no
#               failed test and no error, and ends with exit code 0. The same test with two actors fails. A build
#               on a small machine therefore shows such a test as passed for ever.
# Output        three actors, 2 processors: exit code 0, "No scheduling is possible, these tests would not run."
#               two actors, 2 processors: exit code 1
#
# Fails if an exit code is another one, or if the line is missing. Needs Maven, to fetch jcstress, and a JDK 25 in JAVA_HOME.
set -euo pipefail

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/pom.xml" <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.openjdk.jcstress</groupId>
      <artifactId>jcstress-core</artifactId>
      <version>0.16</version>
    </dependency>
  </dependencies>
</project>
XML
mkdir "$work/actors"
cat >"$work/actors/Three.java" <<'JAVA'
package actors;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

@JCStressTest
@State
@Outcome(expect = Expect.FORBIDDEN, desc = "Everything is.")
public class Three {

    @Actor
    public void one(III_Result result) {
        result.r1 = 1;
    }

    @Actor
    public void two(III_Result result) {
        result.r2 = 1;
    }

    @Actor
    public void three(III_Result result) {
        result.r3 = 1;
    }
}
JAVA
cat >"$work/actors/Two.java" <<'JAVA'
package actors;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

@JCStressTest
@State
@Outcome(expect = Expect.FORBIDDEN, desc = "Everything is.")
public class Two {

    @Actor
    public void one(II_Result result) {
        result.r1 = 1;
    }

    @Actor
    public void two(II_Result result) {
        result.r2 = 1;
    }
}
JAVA
mvn=${MVN:-mvn}
(cd "$work" && "$mvn" -B -q org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath -Dmdep.outputFile=classpath)
path=$(cat "$work/classpath")
mkdir "$work/classes"
"${java}c" -proc:full -nowarn -cp "$path" -d "$work/classes" "$work"/actors/*.java
"$java" -version 2>&1 | head -1

# Runs a test, with its output in a file, and prints the exit code.
run() {
  local status=0
  (cd "$work" && "$java" -cp "classes:$path" org.openjdk.jcstress.Main -m sanity -c 2 -t "$1" -r results >output 2>&1) || status=$?
  echo "$status"
}

three=$(run actors.Three)
said=$(grep -o 'No scheduling is possible, these tests would not run.' "$work/output" | head -1 || true)
echo "three actors, 2 processors: exit code $three, \"$said\""
two=$(run actors.Two)
echo "two actors, 2 processors: exit code $two"
[ "$three" = 0 ] && [ -n "$said" ] && [ "$two" != 0 ]
