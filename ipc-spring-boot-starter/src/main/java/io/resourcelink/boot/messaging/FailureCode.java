package io.resourcelink.boot.messaging;

/**
 * An exception that has a code for programs. If a listener's method throws it, the sender of the request finds the code in the
 * exception that it gets, whose text may change.
 *
 * {@snippet lang = java :
 * class UnknownFormatException extends RuntimeException implements FailureCode {
 *
 *     @Override
 *     public String code() {
 *         return "unknown-format";
 *     }
 * }
 * }
 */
public interface FailureCode {

    /** {@return the code, which should be short and should not change} */
    String code();
}
