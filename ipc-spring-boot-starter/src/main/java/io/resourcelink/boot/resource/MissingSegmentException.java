package io.resourcelink.boot.resource;

import java.io.FileNotFoundException;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ResponseStatus;

/** A segment does not exist. If a controller has returned it, Spring answers the request with 404. */
@ResponseStatus(HttpStatus.NOT_FOUND)
final class MissingSegmentException extends FileNotFoundException {

    private static final long serialVersionUID = 1L;

    MissingSegmentException(String description, @Nullable Throwable cause) {
        super(description + " does not exist");
        initCause(cause);
    }
}
