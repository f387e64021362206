package io.resourcelink.sample.studio;

import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.servlet.autoconfigure.MultipartProperties;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.messaging.MessagingException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.multipart.support.MissingServletRequestPartException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.util.DisconnectedClientHelper;

import io.resourcelink.boot.messaging.DestinationNotServedException;
import io.resourcelink.boot.messaging.ListenerFailedException;
import io.resourcelink.boot.messaging.ListenerGoneException;
import io.resourcelink.error.IpcException;
import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.sample.message.NoRoomException;
import io.resourcelink.sample.picture.PictureException;

/** What clients are told when something goes wrong: a problem detail (RFC 9457) whose detail is one sentence. */
@RestControllerAdvice
final class StudioProblems extends ResponseEntityExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(StudioProblems.class);
    private static final String FULL = "Shared memory has no room for this picture; delete frames, or enlarge it (Docker: --shm-size).";

    private final MultipartProperties limits;

    StudioProblems(MultipartProperties limits) {
        this.limits = limits;
    }

    @ExceptionHandler
    ProblemDetail unusable(PictureException e) {
        log.debug("Unusable upload", e);
        return problem(switch (e.problem()) {
            case EMPTY -> HttpStatus.BAD_REQUEST;
            case UNSUPPORTED -> HttpStatus.UNSUPPORTED_MEDIA_TYPE;
            case TOO_LARGE -> HttpStatus.CONTENT_TOO_LARGE;
            case DAMAGED -> HttpStatus.UNPROCESSABLE_CONTENT;
        }, e.getMessage());
    }

    @ExceptionHandler
    ProblemDetail full(OutOfSpaceException e) {
        log.warn("A picture is refused: {}", e.getMessage());
        return problem(HttpStatus.INSUFFICIENT_STORAGE, FULL);
    }

    @ExceptionHandler
    ProblemDetail failed(ListenerFailedException e) {
        log.warn("A worker failed: {}", e.getMessage());
        return NoRoomException.CODE.equals(e.code())
                ? problem(HttpStatus.INSUFFICIENT_STORAGE, FULL)
                : problem(HttpStatus.INTERNAL_SERVER_ERROR, "The worker could not use the frame.");
    }

    @ExceptionHandler
    ProblemDetail lost(ListenerGoneException e) {
        log.warn("A picture is given up: {}", e.getMessage());
        return problem(HttpStatus.SERVICE_UNAVAILABLE, "The worker was lost twice over this picture; try again.");
    }

    @ExceptionHandler
    ProblemDetail missing(DestinationNotServedException e) {
        log.warn("Nobody takes a message: {}", e.getMessage());
        return problem(HttpStatus.SERVICE_UNAVAILABLE, "No worker is running, so nobody takes frames. Start one.");
    }

    @ExceptionHandler
    ProblemDetail late(MessagingException e) {
        log.warn("A message was in vain: {}", e.getMessage());
        return problem(HttpStatus.SERVICE_UNAVAILABLE,
                "The workers did not answer in time; the studio's log says why.");
    }

    @ExceptionHandler
    ProblemDetail refused(RefusedException e) {
        return problem(HttpStatus.CONFLICT, e.getMessage());
    }

    @ExceptionHandler
    ProblemDetail broken(IpcException e) {
        log.error("Shared memory cannot be used", e);
        return problem(HttpStatus.INTERNAL_SERVER_ERROR, "Shared memory cannot be used; the studio's log says why.");
    }

    /**
     * What no other handler knows, errors of the JVM too: Spring hands them over as the cause of an exception. An answer that
     * has begun, or that nobody waits for, can't be replaced: then the server ends the connection.
     */
    @ExceptionHandler
    ProblemDetail unexpected(Exception e, HttpServletResponse response) throws Exception {
        if (response.isCommitted() || DisconnectedClientHelper.isClientDisconnectedException(e)) {
            throw e;
        }
        log.error("A request failed unexpectedly", e);
        response.setHeader(HttpHeaders.CACHE_CONTROL, CacheControl.noStore().getHeaderValue());
        return problem(HttpStatus.INTERNAL_SERVER_ERROR, "The studio failed unexpectedly; its log says why.");
    }

    @ExceptionHandler
    ProblemDetail malformed(MultipartException e) {
        log.debug("Malformed upload", e);
        return problem(HttpStatus.BAD_REQUEST, "The upload is not well-formed multipart/form-data.");
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleMaxUploadSizeExceededException(MaxUploadSizeExceededException e,
            HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        ProblemDetail problem = problem(HttpStatus.CONTENT_TOO_LARGE,
                "A file may have up to " + limits.getMaxFileSize().toMegabytes() + " MB.");
        return handleExceptionInternal(e, problem, headers, status, request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleMissingServletRequestPart(MissingServletRequestPartException e,
            HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        ProblemDetail problem = problem(HttpStatus.BAD_REQUEST,
                "A picture is expected as a file in the part \"" + e.getRequestPartName() + "\".");
        return handleExceptionInternal(e, problem, headers, status, request);
    }

    private static ProblemDetail problem(HttpStatus status, @Nullable String sentence) {
        return ProblemDetail.forStatusAndDetail(status, sentence);
    }
}
