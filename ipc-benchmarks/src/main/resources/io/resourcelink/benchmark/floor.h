/* What the programs of the floor have in common: errors, time, sums, and the locks on a segment's file. */
#ifndef FLOOR_H
#define FLOOR_H

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define CACHE_LINE 64
#define HEADER 64
#define MAINTENANCE ((1LL << 62) - 1)
#define VIEWS (MAINTENANCE - 1)
#define REFERENCES (1LL << 62)
#define REFERENCES_LENGTH (1LL << 60)
#define BLOCK (1LL << 20)

static inline void fail(const char *call) {
    fprintf(stderr, "%s: %s\n", call, strerror(errno));
    exit(1);
}

static inline long checked(const char *call, long result) {
    if (result < 0) {
        fail(call);
    }
    return result;
}

static inline void *allocated(void *memory) {
    if (memory == NULL) {
        fail("out of memory");
    }
    return memory;
}

static inline long long nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* The sum of a long of every cache line. */
static inline long sum_of(const char *memory, size_t size) {
    long sum = 0;
    for (size_t at = 0; at + sizeof(long) <= size; at += CACHE_LINE) {
        long number;
        memcpy(&number, memory + at, sizeof number);
        sum = (long) ((unsigned long) sum + (unsigned long) number);
    }
    return sum;
}

static inline uint64_t random_number(void) {
    static uint64_t state = 88172645463325252ULL;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/* A block of references at random, as two holders must not share one. */
static inline long long random_base(void) {
    return REFERENCES + (long long) (random_number() % (REFERENCES_LENGTH / BLOCK)) * BLOCK;
}

/* Locks or unlocks bytes of an open file description; 0 if another one is in the way. */
static inline int lock(int file, short type, long long start, long long length) {
    struct flock wanted = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
    if (fcntl(file, F_OFD_SETLK, &wanted) == 0) {
        return 1;
    }
    if (errno != EAGAIN && errno != EACCES) {
        fail("fcntl");
    }
    return 0;
}

/* The first thing that would be in the way of locking a range; 0 if nothing would. */
static inline int locked(int file, long long start, long long length, struct flock *found) {
    *found = (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
    if (fcntl(file, F_OFD_GETLK, found) != 0) {
        fail("fcntl");
    }
    return found->l_type != F_UNLCK;
}

static inline void status(int at, const char *name, int flags, struct statx *found) {
    if (statx(at, name, flags, STATX_BASIC_STATS, found) != 0) {
        fail("statx");
    }
}

#endif
