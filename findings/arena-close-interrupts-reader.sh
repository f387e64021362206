#!/usr/bin/env bash
# Closing a shared arena leaves threads interrupted that nobody has interrupted.
#
# Library    the JDK: java.lang.foreign.Arena and MemorySegment
# Seen with  OpenJDK 25.0 (Temurin), Linux, x86-64
#
# What happens  One thread copies from a segment of a shared arena, over and over. Another thread closes the arena. The reader gets
#               IllegalStateException, as Arena.close() says. If it was inside the copy at that moment, its interrupt flag is
#               set, too, although no thread has called interrupt(). So its next sleep, wait or blocking receive fails with
#               InterruptedException, far from the cause. Neither Arena nor MemorySegment mentions it.
# Output        1000 readers got IllegalStateException; 8 of them were interrupted by nobody. (Each run has another number.)
#
# Fails if no reader of any round is interrupted, or if one is that did not get the exception.
set -euo pipefail

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
version=$("$java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java.specification.version = //p')
if [ "${version%%.*}" -lt 25 ]; then
  echo "JAVA_HOME must be a JDK 25 or newer; this one is $version." >&2
  exit 2
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/LateReaders.java" <<'JAVA'
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;

class LateReaders {

    public static void main(String[] arguments) throws Exception {
        int ended = 0;
        int interrupted = 0;
        for (int round = 0; round < 1_000; round++) {
            Reader reader = new Reader(Arena.ofShared());
            reader.start();
            reader.reads.await();
            reader.arena.close();
            reader.join();
            ended += reader.ended ? 1 : 0;
            interrupted += reader.interrupted ? 1 : 0;
        }
        System.out.println(ended + " readers got IllegalStateException; " + interrupted
                + " of them were interrupted by nobody.");
        System.exit(ended == 1_000 && interrupted > 0 ? 0 : 1);
    }

    static final class Reader extends Thread {

        final Arena arena;
        final MemorySegment memory;
        final MemorySegment target = MemorySegment.ofArray(new byte[1 << 16]);
        final CountDownLatch reads = new CountDownLatch(100);
        boolean ended;
        boolean interrupted;

        Reader(Arena arena) {
            this.arena = arena;
            this.memory = arena.allocate(target.byteSize());
        }

        @Override
        public void run() {
            try {
                while (true) {
                    target.copyFrom(memory);
                    reads.countDown();
                }
            } catch (IllegalStateException e) {
                ended = true;
                interrupted = Thread.interrupted();
            }
        }
    }
}
JAVA
"$java" -version 2>&1 | head -1
"$java" "$work/LateReaders.java"
