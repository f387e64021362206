package io.resourcelink.benchmark.messaging;

/**
 * The small record of a request, which comes back as the reply. Some 60 bytes when it is encoded.
 *
 * @param time when it was taken
 * @param value what was read
 * @param limit what it is compared with
 * @param source what it was read from
 */
record Reading(long time, double value, double limit, String source) {

    static Reading number(long number) {
        return new Reading(1_234_567_890L + number, 20.25, -1.5, "a-sensor-name");
    }
}
