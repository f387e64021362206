/*
 * The floor of hand-offs whose sizes are drawn at random. One process publishes a payload into a recycled file. The other one has that
 * file mapped already: it acquires the segment, reads the payload and releases the segment. Both make the library's system calls, in the
 * same order and with the same arguments, and do nothing else.
 *
 * One thing differs. Here a view ends when its segment is released; the library ends it a moment later. So one file is enough here, while
 * the library uses several in turn, and more of one file may be in the processor's cache.
 *
 * The payload is copied from memory that was written just before. Each payload has the next place in a large array, as new objects have
 * in a heap. Each process sleeps until the other one writes to it. The time begins before the payload is copied, and ends when the other
 * process has read a long of every cache line.
 *
 * Started with a directory on a tmpfs. Reads lines "segments SMALLEST LARGEST COUNT" from standard input: sizes in bytes, multiples
 * of 64. For each it starts another process, hands over so many payloads that do not count, and as many that do. It answers with the
 * line's words and the microseconds that a mebibyte takes. Ends with its input, and removes what it made.
 */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "floor.h"

#define MEBIBYTE (1L << 20)
#define ARENA (256 * MEBIBYTE)
#define LARGEST (64 * MEBIBYTE)
#define STAGE ".stage"
#define STAGED "file"
#define NAME 32

/* A file as one of the two processes has it. */
struct file {
    int descriptor;
    long long base;
    char *memory;
    size_t used;
};

/* What a process says to the other one: of a payload, where and how long it is; or what was read, and when. */
struct word {
    long first;
    long second;
};

static int directory;
static int stage;
static char *arena;
static size_t arena_used;

static void say(int line, long first, long second) {
    struct word word = {first, second};
    checked("write", write(line, &word, sizeof word) == sizeof word ? 0 : -1);
}

static struct word hear(int line) {
    struct word word;
    checked("read", read(line, &word, sizeof word) == sizeof word ? 0 : -1);
    return word;
}

static void key(char *name, long sequence) {
    snprintf(name, NAME, "payload-%ld", sequence);
}

/* Opens the staged file, for the first time with O_CREAT, and maps it. */
static struct file opened(size_t size, int flags) {
    struct file file = {.base = random_base()};
    file.descriptor = (int) checked("openat", openat(stage, STAGED, O_RDWR | O_CLOEXEC | flags, 0600));
    if (flags & O_CREAT) {
        lock(file.descriptor, F_WRLCK, file.base, 1);
        checked("fallocate", fallocate(file.descriptor, 0, 0, (off_t) size));
    }
    file.memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, file.descriptor, 0);
    checked("mmap", file.memory == MAP_FAILED ? -1 : 0);
    return file;
}

/* Into the file, which nobody holds and no late reader sees. What a longer payload has left behind this one is cleared. */
static void publish(struct file *file, const char *payload, size_t size, long sequence) {
    struct statx found;
    struct flock other;
    char name[NAME];
    status(file->descriptor, "", AT_EMPTY_PATH, &found);
    if (found.stx_nlink == 0 || locked(file->descriptor, VIEWS, 1, &other)) {
        fail("publish");
    }
    nanoseconds();
    memset(file->memory, 0, HEADER);
    if (size < file->used) {
        memset(file->memory + HEADER + size, 0, file->used - size);
    }
    memcpy(file->memory + HEADER, payload, size);
    file->used = size;
    key(name, sequence);
    checked("renameat2", renameat2(stage, STAGED, directory, name, RENAME_NOREPLACE));
}

/* The producer's own reference is gone, and nobody else has one: back to the stage. */
static void retire(struct file *file, long sequence) {
    struct statx named;
    char name[NAME];
    key(name, sequence);
    if (!lock(file->descriptor, F_WRLCK, MAINTENANCE, 1 + REFERENCES_LENGTH)) {
        fail("retire");
    }
    status(directory, name, AT_SYMLINK_NOFOLLOW, &named);
    checked("renameat2", renameat2(directory, name, stage, STAGED, RENAME_NOREPLACE));
    lock(file->descriptor, F_UNLCK, MAINTENANCE, 1 + file->base - REFERENCES);
    lock(file->descriptor, F_UNLCK, file->base + 1, REFERENCES + REFERENCES_LENGTH - file->base - 1);
}

/* A reference of its own, and that its payload is looked at. */
static void acquire(struct file *file, long sequence) {
    struct statx named;
    char name[NAME];
    key(name, sequence);
    status(directory, name, AT_SYMLINK_NOFOLLOW, &named);
    lock(file->descriptor, F_WRLCK, file->base, 1);
    status(directory, name, AT_SYMLINK_NOFOLLOW, &named);
    lock(file->descriptor, F_RDLCK, VIEWS, 1);
}

static void release(struct file *file) {
    struct flock other;
    lock(file->descriptor, F_UNLCK, VIEWS, 1);
    lock(file->descriptor, F_UNLCK, file->base, 1);
    locked(file->descriptor, REFERENCES, REFERENCES_LENGTH, &other);
}

static void consume(int line, size_t file_size, long count) {
    struct file file = opened(file_size, 0);
    say(line, 0, 0);
    for (long sequence = 0; sequence < count; sequence++) {
        struct word told = hear(line);
        acquire(&file, told.first);
        long sum = sum_of(file.memory + HEADER, (size_t) told.second);
        say(line, sum, nanoseconds());
        release(&file);
        say(line, 0, 0);
    }
}

static char *next_payload(size_t size, long sequence) {
    if (arena_used + size > ARENA) {
        arena_used = 0;
    }
    char *payload = arena + arena_used;
    arena_used += size;
    memset(payload, (int) sequence, size);
    return payload;
}

static size_t drawn(size_t smallest, size_t largest) {
    return smallest + random_number() % ((largest - smallest) / CACHE_LINE + 1) * CACHE_LINE;
}

/* How many microseconds a mebibyte takes. */
static double produce(int line, struct file *file, size_t smallest, size_t largest, long count) {
    long long taken = 0;
    size_t bytes = 0;
    hear(line);
    for (long sequence = 0; sequence < 2 * count; sequence++) {
        size_t size = drawn(smallest, largest);
        char *payload = next_payload(size, sequence);
        long sum = sum_of(payload, size);
        long long begin = nanoseconds();
        publish(file, payload, size, sequence);
        say(line, sequence, (long) size);
        struct word answer = hear(line);
        if (answer.first != sum) {
            fprintf(stderr, "other bytes came than were sent\n");
            exit(1);
        }
        hear(line);
        retire(file, sequence);
        if (sequence >= count) {
            taken += answer.second - begin;
            bytes += size;
        }
    }
    return (double) taken / 1e3 * MEBIBYTE / (double) bytes;
}

static double measure(size_t smallest, size_t largest, long count) {
    size_t file_size = HEADER + largest;
    int line[2];
    checked("socketpair", socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, line));
    struct file file = opened(file_size, O_CREAT | O_EXCL);
    pid_t other = (pid_t) checked("fork", fork());
    close(line[other == 0 ? 0 : 1]);
    if (other == 0) {
        consume(line[1], file_size, 2 * count);
        _exit(0);
    }
    double result = produce(line[0], &file, smallest, largest, count);
    int ended;
    if (waitpid(other, &ended, 0) != other || ended != 0) {
        fail("the other process");
    }
    munmap(file.memory, file_size);
    close(file.descriptor);
    checked("unlinkat", unlinkat(stage, STAGED, 0));
    close(line[0]);
    return result;
}

int main(int count, char **arguments) {
    char operation[16];
    long smallest;
    long largest;
    long times;
    if (count != 2) {
        fprintf(stderr, "one argument: a directory\n");
        return 2;
    }
    directory = (int) checked("open", open(arguments[1], O_RDONLY | O_CLOEXEC | O_DIRECTORY));
    checked("mkdirat", mkdirat(directory, STAGE, 0700));
    stage = (int) checked("openat", openat(directory, STAGE, O_RDONLY | O_CLOEXEC | O_DIRECTORY));
    arena = allocated(calloc(1, ARENA));
    memset(arena, 1, ARENA);
    while (scanf("%15s %ld %ld %ld", operation, &smallest, &largest, &times) == 4) {
        if (strcmp(operation, "segments") != 0 || smallest < CACHE_LINE || largest < smallest || largest > LARGEST
                || smallest % CACHE_LINE != 0 || largest % CACHE_LINE != 0 || times < 1) {
            fprintf(stderr, "segments of %d to %ld bytes, once or more\n", CACHE_LINE, LARGEST);
            return 2;
        }
        printf("%s %ld %ld %ld %.3f\n", operation, smallest, largest, times,
                measure((size_t) smallest, (size_t) largest, times));
        fflush(stdout);
    }
    checked("unlinkat", unlinkat(directory, STAGE, AT_REMOVEDIR));
    return 0;
}
