"""A process that shares segments as ipckit does: maps, counts in the header, takes no locks. Converses by lines."""
import mmap
import os
import signal
import struct
import sys
import time

MAGIC = 0x524C4B21
HEADER = 64
held = {}


def add(memory, delta):
    (count,) = struct.unpack_from("<I", memory, 4)
    struct.pack_into("<I", memory, 4, (count + delta) & 0xFFFFFFFF)


def create(path, size):
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    os.ftruncate(fd, HEADER + int(size))
    memory = mmap.mmap(fd, HEADER + int(size))
    os.close(fd)
    struct.pack_into("<IIQQB", memory, 0, MAGIC, 1, int(time.time()), int(size), 0)
    held[path] = memory
    return "ok"


def acquire(path):
    fd = os.open(path, os.O_RDWR)
    memory = mmap.mmap(fd, os.fstat(fd).st_size)
    os.close(fd)
    if struct.unpack_from("<I", memory, 0)[0] != MAGIC:
        return "not a segment"
    add(memory, 1)
    held[path] = memory
    return "ok"


def leave(path):
    add(held[path], -1)
    held.pop(path).close()
    return "ok"


def unlink(path):
    os.unlink(path)
    return "ok"


def count(path):
    return str(struct.unpack_from("<I", held[path], 4)[0])


def read(path, length):
    return held[path][HEADER:HEADER + int(length)].decode()


def write(path, text):
    held[path][HEADER:HEADER + len(text)] = text.encode()
    return "ok"


signal.alarm(60)
print("ready", flush=True)
for line in sys.stdin:
    word, *arguments = line.split()
    try:
        print(globals()[word](*arguments), flush=True)
    except OSError as failure:
        print(failure.strerror, flush=True)
