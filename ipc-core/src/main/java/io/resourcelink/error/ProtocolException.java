package io.resourcelink.error;

/**
 * Another process has sent something that this version of the protocol does not allow. The library has closed the connection
 * to that process. Nothing else in this process is affected.
 */
public final class ProtocolException extends IpcException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports a violation.
     *
     * @param peer the process that has sent it
     * @param found what was found
     * @param expected what is allowed
     */
    public ProtocolException(String peer, String found, String expected) {
        super("Protocol error of " + peer + ": found " + found + ", expected " + expected
                + ". Do both sides use the same version of this library?");
    }
}
