package io.resourcelink.error;

/** The key cannot name a segment. The caller chooses another one. */
public final class InvalidKeyException extends IpcException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports an unusable key.
     *
     * @param key what was given
     * @param why which rule it breaks
     */
    public InvalidKeyException(String key, String why) {
        super("\"" + printable(key) + "\" is no key: " + why
                + ". A key is 1 to 255 bytes of UTF-8 without '/' and NUL, and does not start with a dot.");
    }

    private static String printable(String key) {
        String shown = key.length() > 64 ? key.substring(0, 64) + "…" : key;
        return shown.replaceAll("\\p{Cntrl}", "?");
    }
}
