package io.resourcelink.segment;

/**
 * Identifies a directory of segments among those of all hosts. Two processes that see the same directory compute the same id,
 * whatever path they use for it, and in whatever container. Directories of different hosts have different ids.
 *
 * <p>It is the first 128 bits of a SHA-256 digest of the file system's {@code f_fsid} and the directory's inode. A directory in
 * memory (tmpfs) adds the kernel's boot id: its segments end with the boot. Any other directory adds what identifies the host,
 * so its id stays the same after a reboot.
 *
 * @param value 32 lower-case hexadecimal digits
 */
public record SpaceId(String value) {

    private static final int DIGITS = 32;

    /**
     * Checks the digits.
     *
     * @throws IllegalArgumentException if these are not 32 lower-case hexadecimal digits
     */
    public SpaceId {
        if (value.length() != DIGITS || !value.chars().allMatch(SpaceId::isDigit)) {
            throw new IllegalArgumentException("The id of a space is " + DIGITS + " lower-case hexadecimal digits.");
        }
    }

    private static boolean isDigit(int character) {
        return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'f');
    }

    @Override
    public String toString() {
        return value;
    }
}
