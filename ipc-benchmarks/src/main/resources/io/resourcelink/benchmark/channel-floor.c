/*
 * The floor of messages on channels: the sockets and the system calls of two connected channels, in the same order, and nothing
 * around them. Each process sends by one sequenced-packet socket and receives by another one. What a channel takes beyond this is
 * its own doing. A message is one of these:
 *
 *   bytes     a packet of the payload and the 56 bytes before it in a frame
 *   fresh     a packet with the descriptor of a new memfd, into which the payload is written, and which is sealed; the receiver checks
 *             it, maps it, and reads a long of every cache line
 *   recycled  a packet with the descriptor of a memfd that is mapped on both sides already. The sender asks by a lock whether it is
 *             free, opens it once more, locks a byte of that description, and copies the payload. The receiver knows it by its inode
 *
 * A receiver of regions gives credit for 16 MiB of them, and for 256, and renews it a quarter at a time. It closes a recycled region
 * before it answers, so that the next message has the same memory, and unmaps a fresh one after that, so that nobody waits for it.
 *
 * Reads lines "OPERATION MODE KIND SIZE COUNT" from standard input. For each it starts another process, and answers with the line's
 * words and a number. For "returned" it is the median of the microseconds there and back; for "streamed" it is messages a second,
 * until the last one was received and answered. MODE is "asleep", or "spinning" for looking 100 microseconds before sleeping.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "floor.h"

#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x0010
#endif
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

#define OVERHEAD 56
#define ANSWER (64 + OVERHEAD)
#define REGION 98
#define CREDIT 48
#define LONGEST 65536
#define LARGEST (64L << 20)
#define CONTROL 1024
#define SPIN 100000
#define LOOKS 8
#define PIECE (256L << 10)
#define CREDIT_BYTES (16L << 20)
#define CREDIT_REGIONS 256
#define MOST_FILES (2 * CREDIT_REGIONS)
#define LOAN (1L << 62)

static char packet[LONGEST + OVERHEAD];

/* What is sent, made before there are two processes. */
static char *content;
static size_t content_size;

/* Bytes have no kind of memory. */
enum kind { BYTES, FRESH, RECYCLED };

/* A file of recycled regions, as its maker or a receiver has it. */
struct file {
    int descriptor;
    ino_t inode;
    char *memory;
};

struct end {
    int sending;
    int receiving;
    int events;
    int spins;
    enum kind kind;
    size_t size;
    long sum;
    /* At the sender, what it may send. At the receiver, what it has not given back yet. */
    long credit;
    long quarter;
    struct file files[MOST_FILES];
    int count;
    int next;
    char *mapped;
};

static void make_content(size_t size) {
    if (size > content_size) {
        content = allocated(realloc(content, size));
        for (size_t at = content_size; at < size; at++) {
            content[at] = (char) (at * 2654435761u >> 7);
        }
        content_size = size;
    }
}

static struct end *make(enum kind kind, size_t size, int sending, int receiving, int spins) {
    struct end *end = allocated(calloc(1, sizeof *end));
    *end = (struct end) {.sending = sending, .receiving = receiving, .spins = spins, .kind = kind, .size = size};
    end->events = (int) checked("epoll_create1", epoll_create1(EPOLL_CLOEXEC));
    struct epoll_event event = {.events = EPOLLIN};
    checked("epoll_ctl", epoll_ctl(end->events, EPOLL_CTL_ADD, receiving, &event));
    end->sum = sum_of(content, size);
    long credit = CREDIT_BYTES / (long) size;
    credit = credit > CREDIT_REGIONS ? CREDIT_REGIONS : credit < 1 ? 1 : credit;
    end->quarter = credit < 4 ? 1 : credit / 4;
    end->credit = credit;
    return end;
}

/* If there is no room, waits for some. A descriptor of -1 is none. */
static void send_packet(struct end *end, size_t size, int descriptor) {
    struct iovec part = {.iov_base = packet, .iov_len = size};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr aligned;
    } control;
    if (descriptor >= 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof control.bytes;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        *header = (struct cmsghdr) {
            .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof descriptor)};
        memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    }
    while (sendmsg(end->sending, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
        if (errno != EAGAIN) {
            fail("sendmsg");
        }
        struct pollfd room = {.fd = end->sending, .events = POLLOUT};
        poll(&room, 1, -1);
    }
}

/* Returns the length of a packet, 0 if there was none, and its descriptor. Credit is taken in. */
static long receive_packet(struct end *end, int *descriptor) {
    union {
        char bytes[CONTROL];
        struct cmsghdr aligned;
    } control;
    struct iovec part = {.iov_base = packet, .iov_len = sizeof packet};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = CONTROL};
    long length = recvmsg(end->receiving, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (length <= 0) {
        if (length == 0 || errno != EAGAIN) {
            fail("recvmsg");
        }
        return 0;
    }
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header != NULL) {
        memcpy(descriptor, CMSG_DATA(header), sizeof *descriptor);
    }
    if (length == CREDIT) {
        end->credit += end->quarter;
    }
    return length;
}

/* The next packet, after a wait for it. An end that spins mostly receives without asking first whether there is something. */
static long next(struct end *end, int *descriptor) {
    struct epoll_event event;
    long long begin = nanoseconds();
    for (int looks = 0; end->spins && nanoseconds() - begin < SPIN; looks++) {
        if (looks % LOOKS != 0 || epoll_wait(end->events, &event, 1, 0) > 0) {
            long length = receive_packet(end, descriptor);
            if (length > 0) {
                return length;
            }
        }
        sched_yield();
    }
    while (epoll_wait(end->events, &event, 1, -1) < 0) {
        if (errno != EINTR) {
            fail("epoll_wait");
        }
    }
    return receive_packet(end, descriptor);
}

/* One packet that is no credit, after a wait for it. Returns its descriptor. */
static int take(struct end *end) {
    int descriptor = -1;
    long length;
    do {
        length = next(end, &descriptor);
    } while (length == 0 || length == CREDIT);
    return descriptor;
}

/* A new file, filled by system calls. Nobody can change it from now on. */
static int fresh(struct end *end) {
    int file = (int) checked("memfd_create",
            memfd_create("floor", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL));
    for (size_t done = 0; done < end->size;) {
        size_t piece = end->size - done < PIECE ? end->size - done : PIECE;
        done += (size_t) checked("pwrite", pwrite(file, content + done, piece, (off_t) done));
    }
    checked("seal", fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW));
    checked("seal", fcntl(file, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_WRITE));
    return file;
}

static int reopen(int descriptor, int flags) {
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    return (int) checked("open", open(path, flags | O_NONBLOCK | O_CLOEXEC));
}

static int is_free(struct file *file) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    checked("lock", fcntl(file->descriptor, F_OFD_GETLK, &lock));
    return lock.l_type == F_UNLCK;
}

/* The file that was used longest ago if it is free, or a new one. */
static struct file *free_file(struct end *end) {
    if (end->count > 0) {
        struct file *oldest = &end->files[end->next % end->count];
        if (is_free(oldest)) {
            end->next = (end->next + 1) % end->count;
            return oldest;
        }
    }
    if (end->count == MOST_FILES) {
        errno = EMFILE;
        fail("recycled files");
    }
    struct file *made = &end->files[end->count++];
    made->descriptor = (int) checked("memfd_create",
            memfd_create("floor", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL));
    checked("ftruncate", ftruncate(made->descriptor, (off_t) end->size));
    made->memory = mmap(NULL, end->size, PROT_READ | PROT_WRITE, MAP_SHARED, made->descriptor, 0);
    checked("mmap", made->memory == MAP_FAILED ? -1 : 0);
    checked("seal", fcntl(made->descriptor, F_ADD_SEALS,
            F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL));
    return made;
}

/* A description of its own of a file that is free, filled through the mapping. */
static int recycled(struct end *end) {
    struct file *file = free_file(end);
    int loan = reopen(file->descriptor, O_RDWR);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = LOAN, .l_len = 1};
    checked("lock", fcntl(loan, F_OFD_SETLK, &lock));
    memcpy(file->memory, content, end->size);
    return loan;
}

/* A message. Without credit for it, waits for some. */
static void send_message(struct end *end) {
    if (end->kind == BYTES) {
        send_packet(end, end->size + OVERHEAD, -1);
        return;
    }
    while (end->credit == 0) {
        int none;
        next(end, &none);
    }
    end->credit--;
    int descriptor = end->kind == FRESH ? fresh(end) : recycled(end);
    send_packet(end, REGION, descriptor);
    close(descriptor);
}

static const char *map(struct end *end, int descriptor) {
    char *memory = mmap(NULL, end->size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    checked("mmap", memory == MAP_FAILED ? -1 : 0);
    checked("madvise", madvise(memory, end->size, MADV_DONTFORK));
    return memory;
}

/* A fresh region's memory, after the checks that a channel makes. */
static const char *mapped_anew(struct end *end, int descriptor) {
    struct stat status;
    struct statfs system;
    checked("seals", fcntl(descriptor, F_GET_SEALS));
    checked("fstat", fstat(descriptor, &status));
    checked("fstatfs", fstatfs(descriptor, &system));
    checked("flags", fcntl(descriptor, F_GETFL));
    end->mapped = (char *) map(end, descriptor);
    return end->mapped;
}

/* A recycled region's memory, which is mapped if its file is not known yet. */
static const char *mapped_already(struct end *end, int descriptor) {
    struct stat status;
    checked("fstat", fstat(descriptor, &status));
    for (int i = 0; i < end->count; i++) {
        struct file *known = &end->files[(end->next + i) % end->count];
        if (known->inode == status.st_ino) {
            end->next = (end->next + i + 1) % end->count;
            return known->memory;
        }
    }
    if (end->count == MOST_FILES) {
        errno = EMFILE;
        fail("recycled files");
    }
    struct file *fresh = &end->files[end->count++];
    int other = reopen(descriptor, O_RDONLY);
    *fresh = (struct file) {.descriptor = other, .inode = status.st_ino, .memory = (char *) map(end, other)};
    close(other);
    return fresh->memory;
}

static void read_message(struct end *end, int descriptor) {
    if (end->kind == BYTES) {
        return;
    }
    const char *memory = end->kind == FRESH ? mapped_anew(end, descriptor) : mapped_already(end, descriptor);
    if (sum_of(memory, end->size) != end->sum) {
        fprintf(stderr, "other bytes came than were sent\n");
        exit(1);
    }
    close(descriptor);
    if (--end->credit == 0) {
        end->credit = end->quarter;
        send_packet(end, CREDIT, -1);
    }
}

static void unmap(struct end *end) {
    if (end->mapped != NULL) {
        munmap(end->mapped, end->size);
        end->mapped = NULL;
    }
}

/* So many messages, as many as there are after each wait. */
static void take_all(struct end *end, long count) {
    for (long taken = 0; taken < count;) {
        int descriptor = -1;
        long length = next(end, &descriptor);
        while (length > 0) {
            read_message(end, descriptor);
            unmap(end);
            length = ++taken < count ? receive_packet(end, &descriptor) : 0;
        }
    }
}

static int compare(const void *left, const void *right) {
    long long a = *(const long long *) left;
    long long b = *(const long long *) right;
    return (a > b) - (a < b);
}

static double returned(struct end *end, long count) {
    long long *times = allocated(calloc(count, sizeof *times));
    for (long i = 0; i < count; i++) {
        long long begin = nanoseconds();
        send_message(end);
        take(end);
        times[i] = nanoseconds() - begin;
    }
    qsort(times, count, sizeof *times, compare);
    double median = times[count / 2] / 1e3;
    free(times);
    return median;
}

static double streamed(struct end *end, long count) {
    long long begin = nanoseconds();
    for (long i = 0; i < count; i++) {
        send_message(end);
    }
    take(end);
    return count / ((nanoseconds() - begin) / 1e9);
}

static void answer(struct end *end, long count) {
    for (long i = 0; i < count; i++) {
        read_message(end, take(end));
        send_packet(end, ANSWER, -1);
        unmap(end);
    }
}

static void finish(struct end *end) {
    for (int i = 0; i < end->count; i++) {
        close(end->files[i].descriptor);
        munmap(end->files[i].memory, end->size);
    }
    close(end->events);
    free(end);
}

static double measure(int streams, enum kind kind, int spins, size_t size, long count) {
    int there[2];
    int back[2];
    int type = SOCK_SEQPACKET | SOCK_CLOEXEC;
    checked("socketpair", socketpair(AF_UNIX, type, 0, there));
    checked("socketpair", socketpair(AF_UNIX, type, 0, back));
    long warm_ups = count / 4 + 1;
    make_content(size);
    pid_t other = (pid_t) checked("fork", fork());
    close(there[other == 0 ? 0 : 1]);
    close(back[other == 0 ? 0 : 1]);
    if (other == 0) {
        struct end *end = make(kind, size, back[1], there[1], spins);
        end->credit = end->quarter;
        answer(end, warm_ups);
        for (int i = 0; streams && i < 2; i++) {
            take_all(end, count);
            send_packet(end, ANSWER, -1);
        }
        answer(end, streams ? 0 : count);
        _exit(0);
    }
    struct end *end = make(kind, size, there[0], back[0], spins);
    returned(end, warm_ups);
    if (streams) {
        streamed(end, count);
    }
    double result = streams ? streamed(end, count) : returned(end, count);
    int status;
    if (waitpid(other, &status, 0) != other || status != 0) {
        fail("the other process");
    }
    finish(end);
    close(there[0]);
    close(back[0]);
    return result;
}

static enum kind kind_of(const char *word) {
    return strcmp(word, "fresh") == 0 ? FRESH : strcmp(word, "recycled") == 0 ? RECYCLED : BYTES;
}

int main(void) {
    char operation[16];
    char mode[16];
    char word[16];
    long size;
    long count;
    while (scanf("%15s %15s %15s %ld %ld", operation, mode, word, &size, &count) == 5) {
        enum kind kind = kind_of(word);
        long most = kind == BYTES ? LONGEST : LARGEST;
        if (size < (long) sizeof(long) || size > most || count < 1) {
            fprintf(stderr, "of 8 to %ld bytes, once or more\n", most);
            return 2;
        }
        double result = measure(strcmp(operation, "streamed") == 0, kind, strcmp(mode, "spinning") == 0, (size_t) size,
                count);
        printf("%s %s %s %ld %ld %.3f\n", operation, mode, word, size, count, result);
        fflush(stdout);
    }
    return 0;
}
