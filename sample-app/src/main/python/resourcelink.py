"""Segments of ResourceLink for Python: acquire, read, publish.

A second implementation of the format that docs/other-languages.md specifies. It needs Linux, Python 3.9 and nothing else;
`Link.array` needs numpy.

    with Directory("/dev/shm/ipc-1000") as directory:
        with directory.acquire("frame-7") as frame:
            total = sum(frame.payload)                    # a memoryview: the shared memory itself
        with directory.publish("frame-7.sum", total.to_bytes(8, "little"), ttl=60) as result:
            ...                                           # hold it until the other process has acquired it

A link is one reference: one locked byte of the segment's file. The kernel drops it when the process ends. A process that
is forked inherits the open files of its parent, and with them the references; `subprocess` closes them.

Not here: channels, recycled files of its own, mapped files, segments in /dev/shm itself (processes there have to count in
the header with an atomic instruction), other users' segments but root's.
"""

import errno
import fcntl
import mmap
import os
import random
import stat
import struct
import time

MAGIC = 0x524C4B21
HEADER = struct.Struct("<IIQQBBBBIQQQQ")  # 64 bytes, little-endian
LAYOUT = 1
KEEP, PUBLISHED, RECYCLED = 1, 2, 4

VIEWS = (1 << 62) - 2  # locked for reading while memory of a recycled file is seen
MAINTENANCE = (1 << 62) - 1  # locked by a process that is about to remove the name
REFERENCES = 1 << 62  # each locked byte from here on is one reference
REFERENCES_LENGTH = 1 << 60
BLOCK = 1 << 20  # each holder draws one of the blocks

# Python has the first two names since 3.9. The numbers are the same on x86-64 and aarch64.
_F_OFD_GETLK = getattr(fcntl, "F_OFD_GETLK", 36)
_F_OFD_SETLK = getattr(fcntl, "F_OFD_SETLK", 37)
_FLOCK = struct.Struct("@hhqqi4x")  # struct flock: type, whence, start, length, pid

_ATTEMPTS = 16
_random = random.SystemRandom()


class SegmentError(Exception):
    """A segment cannot be used. The subclasses say why."""


class NoSuchSegment(SegmentError):
    """No segment has the key."""


class SegmentExists(SegmentError):
    """A segment that is in use or to be kept has the key."""


class InvalidSegment(SegmentError):
    """The file is no segment, or not one of a trusted user."""


class SegmentBusy(SegmentError):
    """Another process is removing the segment, or replaces it all the time."""


def _lock(fd, kind, start, length):
    """Locks a range for this open file description, without waiting. Returns whether it is locked."""
    try:
        fcntl.fcntl(fd, _F_OFD_SETLK, _FLOCK.pack(kind, os.SEEK_SET, start, length, 0))
        return True
    except OSError as e:
        if e.errno in (errno.EAGAIN, errno.EACCES):
            return False
        raise


def _unlock(fd, start, length):
    _lock(fd, fcntl.F_UNLCK, start, length)


def _is_locked_by_others(fd, start, length):
    found = fcntl.fcntl(fd, _F_OFD_GETLK, _FLOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, start, length, 0))
    return _FLOCK.unpack(found)[0] != fcntl.F_UNLCK


def _backoff():
    """Yields a few times, with a longer pause each time: about 30 ms in all."""
    for attempt in range(_ATTEMPTS):
        yield attempt
        time.sleep(0.0001 * (attempt + 1))


def _check_key(key):
    if not key or key.startswith(".") or "/" in key or "\0" in key or len(key.encode("utf-8")) > 255:
        raise ValueError(f"{key!r} is no key: a key is a file name of 1 to 255 bytes without a leading dot")


def _boot_millis():
    """Milliseconds since boot, time asleep included, as the host counts them whatever the time namespace."""
    offset = 0
    try:
        with open("/proc/self/timens_offsets", encoding="ascii") as lines:
            for line in lines:
                name, seconds, nanos = line.split()
                if name == "boottime":
                    offset = int(seconds) * 1_000_000_000 + int(nanos)
    except FileNotFoundError:
        pass  # a kernel without time namespaces
    return (time.clock_gettime_ns(time.CLOCK_BOOTTIME) - offset) // 1_000_000


def _boot_tag():
    """32 bits that differ from boot to boot: the hash of java.lang.String of the kernel's boot id."""
    with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
        tag = 0
        for byte in file.read().strip().encode("ascii"):
            tag = (31 * tag + byte) & 0xFFFFFFFF
        return tag


class Header:
    """The first 64 bytes of a segment, copied and checked."""

    def __init__(self, data, file_size):
        if len(data) < HEADER.size:
            raise InvalidSegment(f"a file of {len(data)} bytes has no header")
        (magic, self.refcount, self.created_at, self.payload_length, self.kind, self.layout, state, flags, self.pid,
         self.ttl, self.nonce, self.lease_wall, self.lease_boot) = HEADER.unpack(data[:HEADER.size])
        if magic != MAGIC:
            raise InvalidSegment(f"magic {magic:#x} is not {MAGIC:#x}")
        if self.layout not in (0, LAYOUT):
            raise InvalidSegment(f"layout {self.layout} is not 0 or 1")
        if self.kind != 0:
            raise InvalidSegment("a mapped file; this module reads shared memory only")
        if self.layout == 0:
            # ipckit's, whose layout ends before these fields.
            state = flags = self.ttl = self.lease_wall = self.lease_boot = 0
        self.retired, self.keep, self.recycled = state == 1, bool(flags & KEEP), bool(flags & RECYCLED)
        room = file_size - HEADER.size
        shorter = self.recycled and not self.keep and self.payload_length <= room <= 2 * self.payload_length
        if state > 1 or (self.payload_length != room and not shorter):
            raise InvalidSegment(f"state {state}, {self.payload_length} bytes of payload in a file of {file_size}")

    def is_expired(self):
        return self.ttl > 0 and max(0, _boot_millis() - self.lease_boot) >= self.ttl

    def may_have_holders_without_locks(self):
        return self.refcount != 0 or self.layout == 0


class Directory:
    """A directory of shared-memory segments. It must exist. One thread at a time uses it, and closes it."""

    def __init__(self, path):
        if os.path.realpath(path) == "/dev/shm":
            raise ValueError("use a directory below /dev/shm: processes in /dev/shm itself count in the header")
        self.path = os.fspath(path)
        self._fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def close(self):
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.close()

    def keys(self):
        """The names of the files here that may be segments."""
        return sorted(name for name in os.listdir(self._fd) if not name.startswith("."))

    def acquire(self, key):
        """Takes a reference on a segment. The caller closes the link."""
        _check_key(key)
        for _ in _backoff():
            fd, status = self._open(key)
            link = None
            try:
                # The order matters: a byte is locked first. Then, if the key still is the name of this file, no
                # process can remove it.
                base = REFERENCES + _random.randrange(REFERENCES_LENGTH // BLOCK) * BLOCK
                if _lock(fd, fcntl.F_WRLCK, base, 1) and self._is_named(key, status):
                    header = Header(os.pread(fd, HEADER.size, 0), status.st_size)
                    if header.retired:
                        raise InvalidSegment(f"{key}: a retired segment under its name")
                    if header.keep and header.is_expired() and not self._is_held(fd, base):
                        _unlock(fd, base, 1)
                        self._collect(key, fd, status, header.nonce)
                        raise NoSuchSegment(f"{key}: its time to live is over")
                    if not header.recycled or _lock(fd, fcntl.F_RDLCK, VIEWS, 1):
                        link = Link(self, key, fd, status, header, base)
                        return link
            except SegmentError:
                # A process that released the segment meanwhile may have seen the byte and left the name to this one.
                self._collect_after_failure(key, fd, status)
                raise
            finally:
                if link is None:
                    os.close(fd)
        raise SegmentBusy(f"{key}: a collector has it locked, or it is being replaced all the time")

    def publish(self, key, payload, ttl=0, keep=False):
        """Creates a complete segment from bytes. The caller closes the link, which holds it until then.

        `ttl` is in seconds, 0 for none. With `keep`, the segment stays without a holder until its time to live is over.
        """
        _check_key(key)
        payload = memoryview(payload).cast("B")
        size = HEADER.size + payload.nbytes
        fd = os.open(".", os.O_RDWR | os.O_TMPFILE | os.O_CLOEXEC, 0o600, dir_fd=self._fd)
        link = None
        try:
            base = REFERENCES + _random.randrange(REFERENCES_LENGTH // BLOCK) * BLOCK
            _lock(fd, fcntl.F_WRLCK, base, 1)  # no other process has this file
            os.posix_fallocate(fd, 0, size)
            written = os.pwrite(fd, self._begin(payload.nbytes, ttl, keep), 0)
            while written < size:
                written += os.pwrite(fd, payload[written - HEADER.size:], written)
            self._name(fd, key)
            status = os.fstat(fd)
            link = Link(self, key, fd, status, Header(os.pread(fd, HEADER.size, 0), size), base)
            return link
        finally:
            if link is None:
                os.close(fd)

    @staticmethod
    def _begin(length, ttl, keep):
        wall = time.time_ns() // 1_000_000
        nonce = _boot_tag() << 32 | _random.getrandbits(32)
        flags = PUBLISHED | (KEEP if keep else 0)
        return HEADER.pack(MAGIC, 0, wall // 1000, length, 0, LAYOUT, 0, flags, os.getpid(), int(ttl * 1000), nonce,
                           wall, _boot_millis())

    def _name(self, fd, key):
        """Gives a file its key. An orphan that has the key goes first."""
        for _ in _backoff():
            try:
                # Only with a directory's descriptor does Python call linkat(2), which can follow the link in /proc.
                os.link(f"/proc/self/fd/{fd}", key, src_dir_fd=self._fd, dst_dir_fd=self._fd, follow_symlinks=True)
                return
            except FileExistsError:
                try:
                    other, status = self._open(key)
                except NoSuchSegment:
                    continue
                try:
                    self._collect(key, other, status)
                finally:
                    os.close(other)
                if self._is_named(key, status) and self._has_reason_to_stay(key):
                    break
        raise SegmentExists(f"{key}: a segment that is in use or kept has this key")

    def _has_reason_to_stay(self, key):
        try:
            fd, status = self._open(key)
        except NoSuchSegment:
            return False
        try:
            header = Header(os.pread(fd, HEADER.size, 0), status.st_size)
            return (header.keep and not header.is_expired()) or self._is_held(fd, None)
        finally:
            os.close(fd)

    def _open(self, key):
        try:
            fd = os.open(key, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK, dir_fd=self._fd)
        except FileNotFoundError:
            raise NoSuchSegment(key) from None
        except (PermissionError, IsADirectoryError) as e:
            raise InvalidSegment(f"{key}: {e.strerror}") from None
        except OSError as e:
            if e.errno in (errno.ELOOP, errno.ENXIO):
                raise InvalidSegment(f"{key}: no regular file") from None
            raise
        status = os.fstat(fd)
        if (stat.S_ISREG(status.st_mode) and status.st_nlink <= 1 and status.st_uid in (0, os.geteuid())
                and not status.st_mode & 0o022 and status.st_size >= HEADER.size):
            return fd, status
        os.close(fd)
        raise InvalidSegment(f"{key}: not a file with one name, of this user, that only this user may write")

    def _is_named(self, key, status):
        try:
            named = os.stat(key, dir_fd=self._fd, follow_symlinks=False)
            return (named.st_dev, named.st_ino) == (status.st_dev, status.st_ino)
        except FileNotFoundError:
            return False

    @staticmethod
    def _is_held(fd, base):
        """Whether other descriptions have references."""
        if base is None:
            return _is_locked_by_others(fd, REFERENCES, REFERENCES_LENGTH)
        return (_is_locked_by_others(fd, REFERENCES, base - REFERENCES)
                or _is_locked_by_others(fd, base + 1, REFERENCES + REFERENCES_LENGTH - base - 1))

    def _collect_after_failure(self, key, fd, status):
        try:
            _unlock(fd, REFERENCES, REFERENCES_LENGTH)
            self._collect(key, fd, status)
        except (OSError, SegmentError):
            pass  # the first failure is the one to be told

    def _collect(self, key, fd, status, nonce=None):
        """Removes the name if no process has a reference. `fd` has none itself. Its locks are dropped again.

        In this order, so that a reference which is taken meanwhile, or a segment that is created meanwhile, is left alone:
        lock M, lock all of R, ask whether the key still is the name of this file, with the nonce that is meant, unlink.
        """
        try:
            if not _lock(fd, fcntl.F_WRLCK, MAINTENANCE, 1 + REFERENCES_LENGTH):
                if not any(_lock(fd, fcntl.F_WRLCK, MAINTENANCE, 1) for _ in _backoff()):
                    return False
                if not _lock(fd, fcntl.F_WRLCK, REFERENCES, REFERENCES_LENGTH):
                    return False
            if not self._is_named(key, status):
                return False
            header = Header(os.pread(fd, HEADER.size, 0), status.st_size)
            if nonce is not None and header.nonce != nonce:
                return False
            if (header.keep and not header.is_expired()) or header.may_have_holders_without_locks():
                return False  # the latter is left to a sweep, which can ask for a lease
            os.unlink(key, dir_fd=self._fd)
            return True
        except (FileNotFoundError, InvalidSegment):
            return False  # removed by force, or damaged by another process: a sweep decides
        finally:
            _unlock(fd, MAINTENANCE, 1 + REFERENCES_LENGTH)


class Link:
    """One reference on a segment. Close it, or use it in a `with` statement."""

    def __init__(self, directory, key, fd, status, header, base):
        self._directory, self._fd, self._status, self._base = directory, fd, status, base
        self.key, self.header = key, header
        self._memory = mmap.mmap(fd, status.st_size, mmap.MAP_SHARED, mmap.PROT_READ)
        self._view = memoryview(self._memory)
        self.payload = self._view[HEADER.size:HEADER.size + header.payload_length]

    def array(self, dtype="uint8", shape=None):
        """The payload as a numpy array that copies nothing. It must be gone when the link is closed."""
        import numpy

        array = numpy.frombuffer(self.payload, dtype=dtype)
        return array if shape is None else array.reshape(shape)

    def has_other_holders(self):
        """Whether other links have references on the segment at this moment."""
        return self._directory._is_held(self._fd, self._base)

    def close(self):
        """Unmaps the memory and drops the reference. If no other process has one, removes the key.

        Raises BufferError, and keeps the reference, while an array or a slice of the payload exists.
        """
        if self._fd < 0:
            return
        self.payload.release()
        self._view.release()
        self._memory.close()
        fd, self._fd = self._fd, -1
        try:
            if self.header.recycled:
                _unlock(fd, VIEWS, 1)
            # First the byte, then the question: of several that leave, the last one sees no other.
            _unlock(fd, self._base, 1)
            if not self._directory._is_held(fd, None):
                self._directory._collect(self.key, fd, self._status, self.header.nonce)
        finally:
            os.close(fd)

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.close()
