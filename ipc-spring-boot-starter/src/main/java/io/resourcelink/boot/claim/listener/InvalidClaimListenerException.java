package io.resourcelink.boot.claim.listener;

/**
 * A method or function bean wants the payload of a claim in a way that cannot work. It is thrown at start, not when a message
 * arrives.
 */
public final class InvalidClaimListenerException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    /** What is declared wrongly. */
    private final String declaration;

    /** What to do about it. */
    private final String action;

    /**
     * Reports a declaration.
     *
     * @param declaration what is declared, and why it cannot work, in one sentence
     * @param action what to change in the application, in one sentence
     */
    public InvalidClaimListenerException(String declaration, String action) {
        super(declaration + ' ' + action);
        this.declaration = declaration;
        this.action = action;
    }

    /** {@return what is declared, and why it cannot work, in one sentence} */
    public String declaration() {
        return declaration;
    }

    /** {@return what to change in the application, in one sentence} */
    public String action() {
        return action;
    }
}
