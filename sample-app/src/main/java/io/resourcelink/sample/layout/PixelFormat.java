package io.resourcelink.sample.layout;

/** How one pixel of a {@link Frame} is stored: 8 bits a sample, samples of a pixel next to one another. */
public enum PixelFormat {

    /** One byte: the shade, 0 is black. */
    GRAY(1),
    /** Three bytes: red, green, blue; sRGB. */
    RGB(3),
    /** Four bytes: red, green, blue, alpha; sRGB, colours not multiplied by alpha. */
    RGBA(4);

    private final int bytes;

    PixelFormat(int bytes) {
        this.bytes = bytes;
    }

    /** {@return bytes per pixel, which is also how the format is written in a frame's header} */
    public int bytes() {
        return bytes;
    }

    static PixelFormat ofBytes(int bytes) {
        return switch (bytes) {
            case 1 -> GRAY;
            case 3 -> RGB;
            case 4 -> RGBA;
            default -> throw new IllegalArgumentException("A pixel has 1, 3 or 4 bytes, not " + bytes + ".");
        };
    }
}
