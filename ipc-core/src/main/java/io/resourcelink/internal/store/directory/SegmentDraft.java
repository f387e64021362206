package io.resourcelink.internal.store.directory;

import java.lang.foreign.MemorySegment;

import org.jspecify.annotations.Nullable;

import io.resourcelink.error.OutOfSpaceException;
import io.resourcelink.internal.format.ReferenceLocks;
import io.resourcelink.internal.format.SegmentHeader;
import io.resourcelink.internal.format.SegmentSpec;
import io.resourcelink.internal.mapping.Mapping;
import io.resourcelink.internal.mapping.PeerMemory;
import io.resourcelink.internal.mapping.View;
import io.resourcelink.internal.os.CallFrame;
import io.resourcelink.internal.os.OpenFile;
import io.resourcelink.internal.os.Pages;
import io.resourcelink.internal.room.Limit;
import io.resourcelink.internal.room.Room;
import io.resourcelink.internal.store.Draft;
import io.resourcelink.internal.store.Filling;
import io.resourcelink.internal.store.HeldSegment;
import io.resourcelink.segment.ResourceKind;

/*
 * The order of a new file: ask for room; make the file; lock the first reference; reserve the storage; write the header; map.
 * Then the payload is written, and Creator gives the file its key. The reference comes first, so a sweep leaves a staged file
 * alone from then on. The key comes last, so what has a key is complete. Content that is appended reserves nothing: each
 * write allocates its storage, and the file is mapped at the end.
 *
 * The order of a recycled file (IdleFile): it is reserved, mapped and locked already, and its name is on the stage. The new
 * header has a new nonce, and is written before the payload. The file keeps its size: what a longer payload has left behind
 * the new one is cleared, the rest is zero already. A process that has opened the file by its old key locks a byte,
 * sees that the key is gone, and closes the file again.
 */

/**
 * A segment without its key. It has a header and a reference, and storage for every byte before it gets its key. No other
 * process can find it by a key, so no process sees a half-made segment. What a creator that dies leaves depends on the file.
 * An unnamed file leaves nothing. A recycled file, or any file where the kernel allows no unnamed ones, stays on the stage
 * until the next sweep. One thread uses a draft, and either names or discards it.
 */
final class SegmentDraft implements Draft {

    private final Creator creator;
    private final SegmentSpec spec;
    private final NewFile created;
    private final long base;
    private final SegmentHeader header;
    private @Nullable SegmentFile whole;
    private @Nullable View view;
    private boolean done;

    private SegmentDraft(Creator creator, SegmentSpec spec, NewFile created, long base, SegmentHeader header) {
        this.creator = creator;
        this.spec = spec;
        this.created = created;
        this.base = base;
        this.header = header;
    }

    /**
     * Makes a draft of a new file. Returns {@code null} if the file was taken off the stage before it could be locked. Then
     * the caller tries again with a fresh file.
     *
     * @throws OutOfSpaceException if there is no room
     */
    static @Nullable SegmentDraft make(CallFrame frame, Creator creator, SegmentSpec spec, Filling filling) {
        SegmentDirectory directory = creator.directory();
        long size = spec.fileSize();
        Limit inTheWay = Room.ofThisProcess().refusal(directory.space(frame), directory.path().toString(), size);
        if (inTheWay != null) {
            throw inTheWay.refuse(spec.key(), size);
        }
        NewFile created = directory.newFile(frame, spec.key());
        if (created == null) {
            throw outOfSpace(frame, directory, spec);
        }
        SegmentDraft draft = null;
        try {
            OpenFile file = created.file();
            long base = ReferenceLocks.tryTakeFirst(frame, file);
            if (base < 0) {
                return null;
            }
            if ((filling != Filling.APPENDED || size > spec.size()) && !file.reserve(frame, size)) {
                throw outOfSpace(frame, directory, spec);
            }
            SegmentDraft made = new SegmentDraft(creator, spec, created, base, begin(frame, creator, spec, file));
            if (filling != Filling.APPENDED) {
                made.map(frame, filling != Filling.NONE);
            }
            draft = made;
            return draft;
        } finally {
            if (draft == null) {
                directory.discard(frame, created);
            }
        }
    }

    /** Makes a draft of a file that was used before. If this fails, the file still belongs to the caller. No system call. */
    static SegmentDraft of(Creator creator, SegmentSpec spec, IdleFile idle) {
        SegmentHeader header = creator.directory().begin(spec);
        SegmentDraft made = new SegmentDraft(creator, spec, new NewFile(idle.file().file(), idle.stagedAs()),
                idle.base(),
                header);
        made.whole = idle.file();
        return made;
    }

    /**
     * Writes the header into a file that was used before. Clears the payload if the filling needs zeros, and what is left of a
     * longer payload behind the new one. Returns {@code false}, with the draft discarded, if a peer has truncated the file.
     */
    boolean begin(CallFrame frame, IdleFile idle, Filling filling) {
        boolean complete = false;
        try {
            MemorySegment memory = idle.file().mapping().memory();
            MemorySegment encoded = frame.buffer();
            header.encode(encoded);
            PeerMemory.copy(encoded, memory);
            boolean zero = filling == Filling.NONE || filling == Filling.IN_PLACE;
            long from = zero ? SegmentHeader.SIZE : header.usedSize();
            long to = Math.max(header.usedSize(), idle.usedSize());
            PeerMemory.clear(memory.asSlice(from, to - from));
            complete = true;
            return true;
        } catch (InternalError _) {
            return false;
        } finally {
            if (!complete) {
                discard(frame);
            }
        }
    }

    private static SegmentHeader begin(CallFrame frame, Creator creator, SegmentSpec spec, OpenFile file) {
        SegmentDirectory directory = creator.directory();
        SegmentHeader header = directory.begin(spec);
        header.encode(frame.buffer());
        if (!file.append(frame, frame.buffer(), 0, false)) {
            throw outOfSpace(frame, directory, spec);
        }
        return header;
    }

    private SegmentFile map(CallFrame frame, boolean populate) {
        SegmentFile present = whole;
        if (present != null) {
            return present;
        }
        Mapping mapping = Mapping.of(frame, created.file(), spec.fileSize());
        SegmentFile mapped = null;
        try {
            if (populate) {
                Pages.populate(frame, mapping.memory().asSlice(0, spec.size()));
            }
            mapped = SegmentFile.made(created.file(), mapping, created.file().status(frame));
            whole = mapped;
            return mapped;
        } finally {
            if (mapped == null) {
                mapping.release();
            }
        }
    }

    private static OutOfSpaceException outOfSpace(CallFrame frame, SegmentDirectory directory, SegmentSpec spec) {
        return Room.ofThisProcess().refused(directory.space(frame), directory.path().toString(), spec.fileSize())
                .refuse(spec.key(), spec.fileSize());
    }

    String key() {
        return spec.key();
    }

    NewFile file() {
        return created;
    }

    @Override
    public MemorySegment payload() {
        if (whole == null) {
            throw new AssertionError("A draft that is appended to has no memory.");
        }
        if (view == null) {
            view = whole.mapping().singleView();
        }
        return view.memory().asSlice(SegmentHeader.SIZE, spec.payloadSize());
    }

    @Override
    public void append(MemorySegment bytes, long offset) {
        long at = SegmentHeader.SIZE + offset;
        SegmentFile mapped = whole;
        if (mapped != null) {
            // If pages are in place and mapped, this takes a third of the time that the kernel takes to write them.
            PeerMemory.copy(bytes, mapped.mapping().memory().asSlice(0, spec.size()), at);
            return;
        }
        try (CallFrame frame = new CallFrame()) {
            append(frame, bytes, at);
        }
    }

    private void append(CallFrame frame, MemorySegment bytes, long at) {
        boolean onDisk = header.kind() == ResourceKind.MAPPED_FILE;
        if (created.file().append(frame, bytes, at, onDisk)) {
            return;
        }
        creator.makeRoom(frame);
        if (!created.file().append(frame, bytes, at, onDisk)) {
            throw outOfSpace(frame, creator.directory(), spec);
        }
    }

    @Override
    public HeldSegment publish() {
        try (CallFrame frame = new CallFrame()) {
            map(frame, false);
            return creator.publish(frame, this);
        }
    }

    /** Hands everything over to a segment, once the file has its name. */
    OpenSegment open(OpenSegments segments) {
        if (whole == null) {
            throw new AssertionError("A draft is mapped before it is named.");
        }
        OpenSegment made = OpenSegment.made(segments, spec.key(), header, whole, base);
        closeView();
        done = true;
        return made;
    }

    private void closeView() {
        if (view != null) {
            view.close();
            view = null;
        }
    }

    /** Undoes everything. If the directory is closed, this leaves a staged file to the next sweep. */
    @Override
    public void discard() {
        try (CallFrame frame = new CallFrame()) {
            discard(frame);
        }
    }

    void discard(CallFrame frame) {
        if (done) {
            return;
        }
        closeView();
        if (whole != null) {
            whole.mapping().release();
        }
        if (!creator.directory().isClosed()) {
            creator.directory().discard(frame, created);
        }
        release();
    }

    @Override
    public void release() {
        if (done) {
            return;
        }
        done = true;
        try {
            closeView();
        } finally {
            if (whole != null) {
                whole.mapping().release();
            }
            created.file().close();
        }
    }
}
