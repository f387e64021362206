package io.resourcelink.boot.actuate.endpoint;

import java.util.Optional;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.error.IpcException;
import io.resourcelink.segment.Capacity;
import io.resourcelink.segment.ResourceKind;

/**
 * Description of a directory that is in use.
 *
 * @param kind the kind of its segments, such as {@code shared-memory}
 * @param directory its path
 * @param capacity space on its file system
 */
public record DirectoryDescriptor(String kind, String directory, CapacityDescriptor capacity) {

    /** A directory is not in use if it does not exist, or if it is in a default place and belongs to another user. */
    static Optional<DirectoryDescriptor> of(ResourceLinkFactory factory, ResourceKind kind) {
        try {
            Capacity capacity = factory.capacity(kind);
            return capacity.total() == 0
                    ? Optional.empty()
                    : Optional.of(new DirectoryDescriptor(kind.label(), factory.directory(kind).toString(),
                            CapacityDescriptor.of(capacity)));
        } catch (IpcException e) {
            if (kind == factory.defaultKind()) {
                throw e;
            }
            return Optional.empty();
        }
    }
}
