package io.resourcelink.sample.picture;

/**
 * Where the first row and the first column of a file belong when the picture stands upright. The eight values of Exif's tag
 * 0x0112, in its order and with its names. Each is a swap of rows and columns, or not, and then mirrorings.
 */
enum Orientation {

    TOP_LEFT(false, false, false),
    TOP_RIGHT(false, true, false),
    BOTTOM_RIGHT(false, true, true),
    BOTTOM_LEFT(false, false, true),
    LEFT_TOP(true, false, false),
    RIGHT_TOP(true, true, false),
    RIGHT_BOTTOM(true, true, true),
    LEFT_BOTTOM(true, false, true);

    private final boolean swapped;
    private final boolean mirroredAcross;
    private final boolean mirroredDown;

    Orientation(boolean swapped, boolean mirroredAcross, boolean mirroredDown) {
        this.swapped = swapped;
        this.mirroredAcross = mirroredAcross;
        this.mirroredDown = mirroredDown;
    }

    /** The orientation with a number of Exif's; whatever is no such number is upright. */
    static Orientation ofExif(int number) {
        return number >= 1 && number <= 8 ? values()[number - 1] : TOP_LEFT;
    }

    /** Whether width and height change places. */
    boolean swapped() {
        return swapped;
    }

    /** Which pixel of an upright picture, counted row by row, the file's pixel at column x of row y is. */
    long index(int x, int y, int uprightWidth, int uprightHeight) {
        int column = swapped ? y : x;
        int row = swapped ? x : y;
        long across = mirroredAcross ? uprightWidth - 1 - column : column;
        long down = mirroredDown ? uprightHeight - 1 - row : row;
        return down * uprightWidth + across;
    }
}
