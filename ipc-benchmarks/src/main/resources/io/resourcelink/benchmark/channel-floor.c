/*
 * The floor of messages on channels: the sockets and the system calls of two connected channels, in the same order, and nothing
 * around them. Each process sends by one sequenced-packet socket and receives by another one. A packet has the payload and the
 * 56 bytes before it in a frame. What a channel takes beyond this is its own doing.
 *
 * Reads lines "OPERATION MODE SIZE COUNT" from standard input. For each it starts another process, and answers with the line's
 * words and a number. For "returned" it is the median of the microseconds there and back; for "streamed" it is messages a second,
 * until the last one was received and answered. MODE is "asleep", or "spinning" for looking 100 microseconds before sleeping.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#define OVERHEAD 56
#define LONGEST 65536
#define CONTROL 1024
#define SPIN 100000

static char payload[LONGEST + OVERHEAD];

struct end {
    int sending;
    int receiving;
    int events;
    int spins;
};

static void fail(const char *call) {
    fprintf(stderr, "%s: %s\n", call, strerror(errno));
    exit(1);
}

static long long nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static struct end make(int sending, int receiving, int spins) {
    struct end end = {.sending = sending, .receiving = receiving, .spins = spins};
    end.events = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN};
    if (end.events < 0 || epoll_ctl(end.events, EPOLL_CTL_ADD, receiving, &event) != 0) {
        fail("epoll");
    }
    return end;
}

/* If there is no room, waits for some. */
static void send_packet(struct end *end, size_t size) {
    struct iovec content = {.iov_base = payload, .iov_len = size};
    struct msghdr message = {.msg_iov = &content, .msg_iovlen = 1};
    while (sendmsg(end->sending, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
        if (errno != EAGAIN) {
            fail("sendmsg");
        }
        struct pollfd room = {.fd = end->sending, .events = POLLOUT};
        poll(&room, 1, -1);
    }
}

/* Returns whether there was one. */
static int receive_packet(struct end *end) {
    char control[CONTROL];
    struct iovec content = {.iov_base = payload, .iov_len = sizeof payload};
    struct msghdr message = {.msg_iov = &content, .msg_iovlen = 1, .msg_control = control, .msg_controllen = CONTROL};
    if (recvmsg(end->receiving, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) > 0) {
        return 1;
    }
    if (errno != EAGAIN) {
        fail("recvmsg");
    }
    return 0;
}

static void await(struct end *end) {
    struct epoll_event event;
    if (end->spins) {
        long long begin = nanoseconds();
        do {
            if (epoll_wait(end->events, &event, 1, 0) > 0) {
                return;
            }
            sched_yield();
        } while (nanoseconds() - begin < SPIN);
    }
    while (epoll_wait(end->events, &event, 1, -1) < 0) {
        if (errno != EINTR) {
            fail("epoll_wait");
        }
    }
}

/* One packet, after a wait for it. */
static void take(struct end *end) {
    do {
        await(end);
    } while (!receive_packet(end));
}

/* So many packets, as many as there are after each wait. */
static void take_all(struct end *end, long count) {
    for (long taken = 0; taken < count;) {
        await(end);
        while (taken < count && receive_packet(end)) {
            taken++;
        }
    }
}

static int compare(const void *left, const void *right) {
    long long a = *(const long long *) left;
    long long b = *(const long long *) right;
    return (a > b) - (a < b);
}

static double returned(struct end *end, size_t size, long count) {
    long long *times = calloc(count, sizeof *times);
    for (long i = 0; i < count; i++) {
        long long begin = nanoseconds();
        send_packet(end, size);
        take(end);
        times[i] = nanoseconds() - begin;
    }
    qsort(times, count, sizeof *times, compare);
    double median = times[count / 2] / 1e3;
    free(times);
    return median;
}

static double streamed(struct end *end, size_t size, long count) {
    long long begin = nanoseconds();
    for (long i = 0; i < count; i++) {
        send_packet(end, size);
    }
    take(end);
    return count / ((nanoseconds() - begin) / 1e9);
}

static void answer(struct end *end, size_t size, long count) {
    for (long i = 0; i < count; i++) {
        take(end);
        send_packet(end, size);
    }
}

static double measure(int streams, int spins, size_t size, long count) {
    int there[2];
    int back[2];
    int type = SOCK_SEQPACKET | SOCK_CLOEXEC;
    if (socketpair(AF_UNIX, type, 0, there) != 0 || socketpair(AF_UNIX, type, 0, back) != 0) {
        fail("socketpair");
    }
    long warm_ups = count / 4 + 1;
    pid_t other = fork();
    if (other < 0) {
        fail("fork");
    }
    if (other == 0) {
        struct end end = make(back[1], there[1], spins);
        answer(&end, size, warm_ups);
        if (streams) {
            take_all(&end, count);
            send_packet(&end, size);
        } else {
            answer(&end, size, count);
        }
        _exit(0);
    }
    struct end end = make(there[0], back[0], spins);
    returned(&end, size, warm_ups);
    double result = streams ? streamed(&end, size, count) : returned(&end, size, count);
    int status;
    if (waitpid(other, &status, 0) != other || status != 0) {
        fail("the other process");
    }
    int all[] = {there[0], there[1], back[0], back[1], end.events};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        close(all[i]);
    }
    return result;
}

int main(void) {
    char operation[16];
    char mode[16];
    long size;
    long count;
    while (scanf("%15s %15s %ld %ld", operation, mode, &size, &count) == 4) {
        if (size < 1 || size > LONGEST || count < 1) {
            fprintf(stderr, "of 1 to %d bytes, once or more\n", LONGEST);
            return 2;
        }
        double result = measure(strcmp(operation, "streamed") == 0, strcmp(mode, "spinning") == 0, size + OVERHEAD, count);
        printf("%s %s %ld %ld %.3f\n", operation, mode, size, count, result);
        fflush(stdout);
    }
    return 0;
}
