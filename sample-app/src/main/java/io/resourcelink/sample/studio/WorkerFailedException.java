package io.resourcelink.sample.studio;

import io.resourcelink.sample.line.Line;

/** A worker answered that there is no result. Asking again would bring the same answer. */
final class WorkerFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Line.Reason reason;

    WorkerFailedException(Line.Failed answer) {
        super(answer.sentence());
        this.reason = answer.reason();
    }

    Line.Reason reason() {
        return reason;
    }
}
