package io.resourcelink;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

import io.resourcelink.SegmentDirectory.NewFile;
import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.memory.Mapping;
import io.resourcelink.os.CallFrame;
import io.resourcelink.os.FileStatus;
import io.resourcelink.os.OpenFile;
import io.resourcelink.os.Platform;

/**
 * A segment that lacks nothing but its name: storage for every byte, a header, a mapping and a reference. Nobody can find
 * it, so a half-made segment cannot be seen, and a creator that dies leaves nothing. Used by one thread, and either named
 * or discarded by it.
 */
final class SegmentDraft implements Store.Draft {

    /** From here on the machine's memory is asked about, which costs more than a system call. */
    private static final long LARGE = 64L << 20;

    private final SegmentStore store;
    private final Spec spec;
    private final NewFile created;
    private final long base;
    private final SegmentHeader header;
    private final Mapping mapping;
    private final FileStatus status;

    private SegmentDraft(SegmentStore store, Spec spec, NewFile created, long base, SegmentHeader header,
            Mapping mapping, FileStatus status) {
        this.store = store;
        this.spec = spec;
        this.created = created;
        this.base = base;
        this.header = header;
        this.mapping = mapping;
        this.status = status;
    }

    /** What is to be made. */
    record Spec(String key, long payloadSize, long ttlMillis, boolean keep) {

        /** Bytes of the file, or the largest number there is if no file can be that large. */
        long size() {
            return payloadSize > ReferenceLocks.MAINTENANCE - SegmentHeader.SIZE
                    ? Long.MAX_VALUE
                    : SegmentHeader.SIZE + payloadSize;
        }
    }

    /**
     * Makes a draft. Answers {@code null} if its file was taken off the stage before it could be locked; a fresh one will
     * do.
     *
     * @throws OutOfSpaceException if there is no room
     */
    static @Nullable SegmentDraft make(CallFrame frame, SegmentStore store, Spec spec) {
        SegmentDirectory directory = store.directory();
        long size = spec.size();
        NewFile created = available(frame, directory, size) < size ? null : directory.newFile(frame, spec.key());
        if (created == null) {
            throw outOfSpace(frame, directory, spec);
        }
        Mapping mapping = null;
        SegmentDraft draft = null;
        try {
            OpenFile file = created.file();
            long base = ReferenceLocks.tryTakeFirst(frame, file);
            if (base < 0) {
                return null;
            }
            if (!file.reserve(frame, size)) {
                throw outOfSpace(frame, directory, spec);
            }
            SegmentHeader header = SegmentHeader.begin(directory.kind(), spec.ttlMillis(), spec.keep(),
                    ThreadLocalRandom.current().nextInt(), directory.clock());
            header.encode(frame.buffer(), spec.payloadSize());
            file.write(frame, frame.buffer(), 0);
            mapping = Mapping.of(frame, file, size);
            draft = new SegmentDraft(store, spec, created, base, header, mapping, file.status(frame));
            return draft;
        } finally {
            if (draft == null) {
                if (mapping != null) {
                    mapping.close();
                }
                directory.discard(frame, created);
            }
        }
    }

    private static OutOfSpaceException outOfSpace(CallFrame frame, SegmentDirectory directory, Spec spec) {
        long available = available(frame, directory, spec.size());
        return new OutOfSpaceException(spec.key(), spec.size(), available, directory.path().toString());
    }

    /**
     * What can be reserved without harm. A tmpfs may be allowed to grow beyond the machine's memory; reserving that much
     * would succeed until the kernel starts to kill processes, so for large segments the memory is asked about, too.
     */
    private static long available(CallFrame frame, SegmentDirectory directory, long size) {
        long free = directory.capacity(frame).free();
        boolean inMemory = directory.kind() == ResourceKind.SHARED_MEMORY;
        return inMemory && size >= LARGE ? Math.min(free, Platform.availableMemory()) : free;
    }

    String key() {
        return spec.key();
    }

    NewFile file() {
        return created;
    }

    @Override
    public MemorySegment payload() {
        return mapping.memory().asSlice(SegmentHeader.SIZE);
    }

    @Override
    public HeldSegment publish(CallFrame frame) {
        return store.publish(frame, this);
    }

    /** Says in the header that the payload is complete and not to be written any more. One system call. */
    SegmentDraft published(CallFrame frame) {
        SegmentHeader complete = header.asPublished();
        MemorySegment flags = frame.buffer().asSlice(0, 1);
        flags.set(ValueLayout.JAVA_BYTE, 0, complete.flags());
        created.file().write(frame, flags, SegmentHeader.FLAGS_OFFSET);
        return new SegmentDraft(store, spec, created, base, complete, mapping, status);
    }

    /** Hands everything over to a segment, once the file has its name. */
    OpenSegment open() {
        return new OpenSegment(store, spec.key(), header, status, created.file(), mapping, base);
    }

    /** Undoes everything. If the directory is closed, a staged file is left to the next sweep. */
    @Override
    public void discard(CallFrame frame) {
        try {
            mapping.close();
        } finally {
            if (store.isClosed()) {
                created.file().close();
            } else {
                store.directory().discard(frame, created);
            }
        }
    }
}
