/*
 * The floor of the benchmarks: the system calls that the library makes for each operation, in the same order and with
 * the same arguments, and nothing around them. What the library takes beyond this is its own doing. One thing differs: a
 * released segment is unmapped and its file closed here at once, while the library's other thread does so a moment later.
 *
 * Started with a directory on a tmpfs. Reads lines "OPERATION COUNT" from standard input; for each, does the operation so
 * many times and answers with a line "OPERATION NANOSECONDS", the mean time of one. For "sweep" and "list" COUNT is the
 * number of segments, and the time is that for one of them. Ends with its input, and removes what it made.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "floor.h"

#define SIZE (HEADER + 4096)
#define REFCOUNT 4
#define KEEP 27
#define AGAIN 3

static int directory;

struct segment {
    int file;
    uint64_t inode;
    long long base;
    char *memory;
};

/* How many bytes of a range others have locked: of what is found, both sides are asked in turn. */
static long long count(int file, long long start, long long end) {
    struct flock found;
    if (start >= end || !locked(file, start, end - start, &found)) {
        return 0;
    }
    long long from = found.l_start < start ? start : found.l_start;
    long long to = found.l_start + found.l_len > end ? end : found.l_start + found.l_len;
    return to - from + count(file, to, end) + count(file, start, from);
}

static void map(struct segment *segment, size_t size) {
    segment->memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, segment->file, 0);
    if (segment->memory == MAP_FAILED || madvise(segment->memory, size, MADV_DONTFORK) != 0) {
        fail("mmap");
    }
}

/* The count that the header keeps for processes without locks. */
static void add_to_refcount(struct segment *segment, int delta) {
    atomic_fetch_add((_Atomic uint32_t *) (segment->memory + REFCOUNT), delta);
}

static struct segment create(const char *key, size_t size, int keep) {
    struct segment segment;
    struct statx found;
    struct statfs room;
    char header[HEADER] = {0};
    status(directory, "", AT_EMPTY_PATH, &found);
    if (fstatfs(directory, &room) != 0) {
        fail("fstatfs");
    }
    segment.file = openat(directory, ".", O_RDWR | O_CLOEXEC | O_TMPFILE, 0600);
    if (segment.file < 0) {
        fail("openat");
    }
    segment.base = random_base();
    lock(segment.file, F_WRLCK, segment.base, 1);
    if (fallocate(segment.file, 0, 0, size) != 0) {
        fail("fallocate");
    }
    header[REFCOUNT] = 1;
    header[KEEP] = keep;
    if (pwrite(segment.file, header, HEADER, 0) != HEADER) {
        fail("pwrite");
    }
    map(&segment, size);
    status(segment.file, "", AT_EMPTY_PATH, &found);
    segment.inode = found.stx_ino;
    if (linkat(segment.file, "", directory, key, AT_EMPTY_PATH) != 0) {
        fail("linkat");
    }
    return segment;
}

static struct segment acquire(const char *key) {
    struct segment segment;
    struct statx found;
    struct statx named;
    char header[HEADER];
    segment.file = openat(directory, key, O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    if (segment.file < 0) {
        fail("openat");
    }
    status(segment.file, "", AT_EMPTY_PATH, &found);
    segment.base = random_base();
    lock(segment.file, F_WRLCK, segment.base, 1);
    status(directory, key, AT_SYMLINK_NOFOLLOW, &named);
    if (found.stx_ino != named.stx_ino || pread(segment.file, header, HEADER, 0) != HEADER) {
        fail("acquire");
    }
    segment.inode = found.stx_ino;
    map(&segment, found.stx_size);
    add_to_refcount(&segment, 1);
    return segment;
}

/* Unmaps and unlocks; and if nobody else holds it and it is not to be kept, removes its name. */
static void release(struct segment *segment, const char *key, size_t size) {
    struct statx named;
    struct flock other;
    char header[HEADER];
    add_to_refcount(segment, -1);
    munmap(segment->memory, size);
    lock(segment->file, F_UNLCK, segment->base, 1);
    if (!locked(segment->file, REFERENCES, REFERENCES_LENGTH, &other)) {
        if (!lock(segment->file, F_WRLCK, MAINTENANCE, 1 + REFERENCES_LENGTH)) {
            fail("fcntl");
        }
        status(directory, key, AT_SYMLINK_NOFOLLOW, &named);
        if (named.stx_ino != segment->inode || pread(segment->file, header, HEADER, 0) != HEADER) {
            fail("release");
        }
        if (!header[KEEP] && unlinkat(directory, key, 0) != 0) {
            fail("unlinkat");
        }
    }
    close(segment->file);
}

/* Creates and releases, which removes it. */
static long long time_create(long times) {
    long long begin = nanoseconds();
    for (long i = 0; i < times; i++) {
        struct segment segment = create("floor", SIZE, 0);
        release(&segment, "floor", SIZE);
    }
    return nanoseconds() - begin;
}

/* Acquires and releases what another description holds, or nobody does. */
static long long time_acquire(long times, int held) {
    struct segment owner = create("floor", SIZE, 1);
    if (!held) {
        release(&owner, "floor", SIZE);
    }
    long long begin = nanoseconds();
    for (long i = 0; i < times; i++) {
        struct segment segment = acquire("floor");
        release(&segment, "floor", SIZE);
    }
    long long taken = nanoseconds() - begin;
    if (held) {
        release(&owner, "floor", SIZE);
    }
    unlinkat(directory, "floor", 0);
    return taken;
}

/* One more reference on a description that holds one, with a look whether the name still is this file, or without. */
static long long time_join(long times, int look) {
    struct segment owner = create("floor", SIZE, 0);
    struct statx named;
    long long begin = nanoseconds();
    for (long i = 0; i < times; i++) {
        if (look) {
            status(directory, "floor", AT_SYMLINK_NOFOLLOW, &named);
        }
        lock(owner.file, F_WRLCK, owner.base + 1, 1);
        add_to_refcount(&owner, 1);
        add_to_refcount(&owner, -1);
        lock(owner.file, F_UNLCK, owner.base + 1, 1);
    }
    long long taken = nanoseconds() - begin;
    release(&owner, "floor", SIZE);
    return taken;
}

/* The release alone, of what nobody else holds. */
static long long time_release(long times) {
    long long taken = 0;
    for (long i = 0; i < times; i++) {
        struct segment segment = create("floor", SIZE, 0);
        long long begin = nanoseconds();
        release(&segment, "floor", SIZE);
        taken += nanoseconds() - begin;
    }
    return taken;
}

/* Looks at one file: who has it locked, or whether anybody has, and its header. */
static long long look(const char *name, int all) {
    struct statx found;
    struct flock first;
    char header[HEADER];
    int file = openat(directory, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    if (file < 0) {
        fail("openat");
    }
    status(file, "", AT_EMPTY_PATH, &found);
    long long references = all
            ? count(file, REFERENCES, REFERENCES + REFERENCES_LENGTH)
            : locked(file, REFERENCES, REFERENCES_LENGTH, &first);
    if (pread(file, header, HEADER, 0) != HEADER) {
        fail("pread");
    }
    close(file);
    return references;
}

/* Looks at so many files, all of them held, several times. */
static long long time_look(long segments, int all) {
    struct segment *held = calloc(segments, sizeof *held);
    char name[32];
    for (long i = 0; i < segments; i++) {
        snprintf(name, sizeof name, "segment-%ld", i);
        held[i] = create(name, HEADER + 64, 0);
    }
    long long all_taken = 0;
    for (int again = 0; again < AGAIN; again++) {
        long long seen = 0;
        long long begin = nanoseconds();
        int listing = openat(directory, ".", O_RDONLY | O_CLOEXEC | O_DIRECTORY);
        DIR *entries = fdopendir(listing);
        for (struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries)) {
            if (entry->d_name[0] != '.') {
                seen += look(entry->d_name, all);
            }
        }
        closedir(entries);
        all_taken += nanoseconds() - begin;
        if (seen != segments) {
            fail("look");
        }
    }
    for (long i = 0; i < segments; i++) {
        snprintf(name, sizeof name, "segment-%ld", i);
        release(&held[i], name, HEADER + 64);
    }
    free(held);
    return all_taken / AGAIN;
}

static long long measure(const char *operation, long times) {
    if (strcmp(operation, "create") == 0) {
        return time_create(times);
    } else if (strcmp(operation, "acquire") == 0) {
        return time_acquire(times, 1);
    } else if (strcmp(operation, "acquire-last") == 0) {
        return time_acquire(times, 0);
    } else if (strcmp(operation, "open") == 0) {
        return time_join(times, 1);
    } else if (strcmp(operation, "retain") == 0) {
        return time_join(times, 0);
    } else if (strcmp(operation, "release") == 0) {
        return time_release(times);
    } else if (strcmp(operation, "sweep") == 0) {
        return time_look(times, 0);
    } else if (strcmp(operation, "list") == 0) {
        return time_look(times, 1);
    }
    fprintf(stderr, "unknown operation: %s\n", operation);
    exit(2);
}

int main(int count, char **arguments) {
    char operation[32];
    long times;
    struct rlimit files;
    if (count != 2) {
        fprintf(stderr, "one argument: a directory\n");
        return 2;
    }
    directory = open(arguments[1], O_RDONLY | O_CLOEXEC | O_DIRECTORY);
    if (directory < 0) {
        fail("open");
    }
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    while (scanf("%31s %ld", operation, &times) == 2) {
        printf("%s %.1f\n", operation, (double) measure(operation, times) / times);
        fflush(stdout);
    }
    return 0;
}
