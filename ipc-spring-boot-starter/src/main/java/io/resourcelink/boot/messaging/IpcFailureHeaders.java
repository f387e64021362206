package io.resourcelink.boot.messaging;

/** Headers of a message that was sent on to a failure destination; see {@link IpcListener#onFailure}. All are strings. */
public final class IpcFailureHeaders {

    /** The destination of the listener that has failed. */
    public static final String DESTINATION = "ipc_failureDestination";

    /** The name of the class of the failure. */
    public static final String TYPE = "ipc_failureType";

    /** What has happened: class and text of the failure and of its root cause. */
    public static final String TEXT = "ipc_failureText";

    /** The {@linkplain FailureCode code} of the failure; absent if it has none. */
    public static final String CODE = "ipc_failureCode";

    private IpcFailureHeaders() {}
}
