package io.resourcelink.campaign;

import java.util.SplittableRandom;

/**
 * Damages bytes. Allocates nothing, so that a campaign spends its time on what reads them. Used by one thread.
 */
public final class Lies {

    private static final long[] NUMBERS = { 0, 1, 2, 3, 4, 7, 8, 16, 63, 64, 65, 127, 128, 253, 254, 255, 256, 1023,
        1024,
        1025, 4095, 4096, 0x7FFF, 0x8000, 0xFFFF, 0x10000, Integer.MAX_VALUE, 1L << 31, 0xFFFFFFFFL, 1L << 32,
        1L << 62, Long.MAX_VALUE - 1, Long.MAX_VALUE, Long.MIN_VALUE, -1, -2, -64 };

    private final SplittableRandom random;

    /**
     * Begins a sequence.
     *
     * @param random what decides
     */
    public Lies(SplittableRandom random) {
        this.random = random;
    }

    /** {@return a number at an edge of what a field can have, or near it, or any} */
    public long number() {
        int choice = random.nextInt(NUMBERS.length + 8);
        return choice < NUMBERS.length ? NUMBERS[choice] : choice % 2 == 0 ? random.nextLong() : random.nextInt(4096);
    }

    /**
     * Changes some bytes, and maybe the length.
     *
     * @param bytes the bytes, in an array that may be longer
     * @param length how many of them count
     * @return how many count afterwards
     */
    public int damage(byte[] bytes, int length) {
        int now = length;
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            now = change(bytes, now);
        }
        return now;
    }

    private int change(byte[] bytes, int length) {
        if (length == 0) {
            return random.nextInt(Math.min(64, bytes.length + 1));
        }
        int at = random.nextInt(length);
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 4, 5 -> bytes[at] = (byte) number();
            case 6, 7 -> put(bytes, length, at & ~1, 2);
            case 8, 9 -> put(bytes, length, at & ~3, 4);
            case 10, 11 -> put(bytes, length, at & ~3, 8);
            case 12 -> put(bytes, length, at, 1 << random.nextInt(4));
            case 13 -> copy(bytes, length, at);
            case 14 -> {
                return random.nextInt(length + 1);
            }
            default -> {
                return longer(bytes, length);
            }
        }
        return length;
    }

    /** Writes a number, little-endian, or as much of it as there is room for. */
    private void put(byte[] bytes, int length, int at, int size) {
        long number = number();
        for (int i = 0; i < size && at + i < length; i++) {
            bytes[at + i] = (byte) (number >>> (8 * i));
        }
    }

    private void copy(byte[] bytes, int length, int at) {
        int from = random.nextInt(length);
        int size = random.nextInt(Math.min(32, length - Math.max(at, from)) + 1);
        System.arraycopy(bytes, from, bytes, at, size);
    }

    private int longer(byte[] bytes, int length) {
        int now = Math.min(bytes.length, length + 1 + random.nextInt(32));
        for (int i = length; i < now; i++) {
            bytes[i] = (byte) random.nextInt();
        }
        return now;
    }
}
