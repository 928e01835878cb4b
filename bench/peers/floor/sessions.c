/* Many concurrent sessions on one thread, with epoll. */
#include "floor.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

enum state { CONNECTING, LOGGING_IN, IDLE, OPENING, STARTING, RUNNING };

struct worker {
    struct run run;
    enum state state;
    int left;
};

static int epoll;

static int tcp_connect(int port) {
    int yes = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (fd < 0 || (connect(fd, (struct sockaddr *)&address, sizeof address) != 0 && errno != EINPROGRESS)) {
        die("connect: no socket");
    }
    return fd;
}

static void begin(struct worker *worker, const struct login *login) {
    int no = 0;
    socket_t fd = tcp_connect(login->port);
    ssh_session session = worker->run.session = ssh_new();
    ssh_options_set(session, SSH_OPTIONS_HOST, "127.0.0.1");
    ssh_options_set(session, SSH_OPTIONS_USER, login->user);
    ssh_options_set(session, SSH_OPTIONS_PROCESS_CONFIG, &no);
    ssh_options_set(session, SSH_OPTIONS_FD, &fd);
    ssh_set_blocking(session, 0);
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = worker};
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

/* Continues until it has to wait. */
static void advance(struct worker *worker, const struct login *login, const char *command) {
    struct run *run = &worker->run;
    int result;
    for (;;) {
        switch (worker->state) {
        case CONNECTING:
            result = ssh_connect(run->session);
            if (result == SSH_OK) {
                worker->state = LOGGING_IN;
                continue;
            }
            break;
        case LOGGING_IN:
            result = ssh_userauth_publickey(run->session, NULL, login->key);
            if (result == SSH_AUTH_SUCCESS) {
                run->event = ssh_event_new();
                ssh_event_add_session(run->event, run->session);
                worker->state = IDLE;
                return;
            }
            result = result == SSH_AUTH_AGAIN ? SSH_AGAIN : SSH_ERROR;
            break;
        case IDLE:
            if (worker->left == 0) {
                return;
            }
            ssh_prepare(run);
            worker->state = OPENING;
            continue;
        case OPENING:
            result = ssh_channel_open_session(run->channel);
            if (result == SSH_OK) {
                worker->state = STARTING;
                continue;
            }
            break;
        case STARTING:
            result = ssh_channel_request_exec(run->channel, command);
            if (result == SSH_OK || (result == SSH_AGAIN && run->has_status)) {
                worker->state = RUNNING;
                continue;
            }
            break;
        default:
            do {
                result = ssh_event_dopoll(run->event, 0);
            } while (result == SSH_OK);
            if (run->has_status && run->is_at_end) {
                ssh_finish(run);
                worker->left--;
                worker->state = IDLE;
                continue;
            }
        }
        if (result != SSH_AGAIN) {
            die("session: %s", ssh_get_error(run->session));
        }
        /* The call may have read everything that will arrive for now. */
        if (worker->state != RUNNING && worker->state != CONNECTING && ssh_get_poll_flags(run->session) & SSH_WRITE_PENDING) {
            continue;
        }
        return;
    }
}

static void wait_for(const struct login *login, const char *command, int *open, int *done) {
    struct epoll_event events[256];
    int count = epoll_wait(epoll, events, 256, 60000);
    if (count == 0) {
        die("sessions: nothing happens any more");
    }
    for (int i = 0; i < count; i++) {
        struct worker *worker = events[i].data.ptr;
        bool was_busy = worker->state != IDLE;
        advance(worker, login, command);
        if (was_busy && worker->state == IDLE) {
            (*open)--;
            (*done)++;
        }
    }
}

void ssh_sessions(const struct login *login, int sessions, int at_once, int commands, const char *command) {
    struct rlimit files = {.rlim_cur = (rlim_t)sessions + 100, .rlim_max = (rlim_t)sessions + 100};
    struct rlimit have;
    if (getrlimit(RLIMIT_NOFILE, &have) == 0 && have.rlim_cur < files.rlim_cur) {
        files.rlim_max = have.rlim_max > files.rlim_cur ? have.rlim_max : files.rlim_cur;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    epoll = epoll_create1(0);
    struct worker *workers = calloc((size_t)sessions, sizeof *workers);
    int started = 0, open = 0, done = 0;
    int64_t start = now();
    while (done < sessions) {
        for (; open < at_once && started < sessions; started++, open++) {
            begin(&workers[started], login);
        }
        wait_for(login, command, &open, &done);
    }
    print_times("connected", start);
    if (commands == 0) {
        return;
    }

    start = now();
    done = 0;
    for (int i = 0; i < sessions; i++) {
        workers[i].left = commands;
        advance(&workers[i], login, command);
    }
    while (done < sessions) {
        wait_for(login, command, &open, &done);
    }
    print_times("ran", start);
}
