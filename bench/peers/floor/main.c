#include "floor.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define WARM_UP 30

static const char usage[] =
    "floor latency SSH_PORT USER KEY MQTT_PORT COUNT COMMAND [NAME SET_TOPIC ANSWER_TOPIC]...\n"
    "    alternates between the command through libssh, an MQTT round trip, and the command through each peer on MQTT; in microseconds.\n"
    "    Those who answer go first to last in one round and last to first in the next\n"
    "floor sequence SSH_PORT USER KEY COUNT COMMAND [MQTT_PORT]\n"
    "    one after another on one session; with a broker, publishing what the bridge publishes of each\n"
    "floor sessions SSH_PORT USER KEY SESSIONS AT_ONCE COUNT COMMAND\n"
    "    connects sessions, so many at once, and runs the command so often in each of them, all at once\n"
    "floor read SSH_PORT USER KEY COMMAND\n"
    "    reads a command's output\n"
    "floor ask MQTT_PORT SET_TOPIC ANSWER_TOPIC PAYLOAD\n"
    "    publishes and waits for the answer\n"
    "floor warm MQTT_PORT COUNT SET_TOPIC ANSWER_TOPIC COMMAND\n"
    "    publishes so many commands at once and waits for all answers\n"
    "floor burst MQTT_PORT COUNT SERVERS PREFIX COMMAND\n"
    "    publishes so many commands for each of the servers PREFIX0, PREFIX1, … at once, and waits for all answers\n"
    "floor count MQTT_PORT TOPIC COUNT (publish SET_TOPIC PAYLOAD | run PROGRAM ARGUMENT...)\n"
    "    makes somebody send so many messages and waits for all of them\n";

void die(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("floor: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

void print_times(const char *name, int64_t start) {
    struct timespec cpu;
    double seconds = (double)(now() - start) / 1e9;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
    printf("%s %.6f\n%s-cpu %.6f\n", name, seconds, name, (double)cpu.tv_sec + (double)cpu.tv_nsec / 1e9);
    fflush(stdout);
}

/* Remaining work of one measurement (closing a channel, more messages) must not slow down the next. */
static void pause_between(void) { nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL); }

static void print_us(const char *name, int64_t start, int64_t end, int round) {
    if (round >= 0) {
        printf("%s %.1f\n", name, (double)(end - start) / 1e3);
    }
}

static void latency(int count, char **arguments) {
    struct login login = login_from(arguments);
    struct run *run = ssh_open(&login);
    struct mosquitto *client = mqtt_open(atoi(arguments[3]));
    int rounds = atoi(arguments[4]);
    const char *command = arguments[5];
    int answerers = (count - 6) / 3;
    char oneself[64];
    snprintf(oneself, sizeof oneself, "floor/%d", (int)getpid());
    mqtt_subscribe(client, oneself);
    for (int i = 8; i < count; i += 3) {
        mqtt_subscribe(client, arguments[i]);
    }

    for (int round = -WARM_UP; round < rounds; round++) {
        int64_t start = now();
        ssh_run(run, command);
        print_us("exec", start, now(), round);
        ssh_finish(run);
        pause_between();

        mqtt_expected = oneself;
        mqtt_count = 0;
        start = now();
        mqtt_publish(client, oneself, "0", 1);
        mqtt_wait(client, 1);
        print_us("echo", start, now(), round);
        mqtt_settle(client);
        pause_between();

        /* The work that one peer still has to do slows down the next, so the order alternates. */
        for (int turn = 0; turn < answerers; turn++) {
            int i = 6 + 3 * (round % 2 == 0 ? turn : answerers - 1 - turn);
            mqtt_expected = arguments[i + 2];
            mqtt_count = 0;
            start = now();
            mqtt_publish(client, arguments[i + 1], command, (int)strlen(command));
            mqtt_wait(client, 1);
            print_us(arguments[i], start, now(), round);
            if (strcmp(mqtt_text, "0") != 0) {
                die("%s answered %s", arguments[i], mqtt_text);
            }
            mqtt_settle(client);
            pause_between();
        }
    }
}

/* Publishes as many messages, of the same size, as the bridge does for a command without output. */
static void publish_result(struct mosquitto *client) {
    static const char result[] =
        "{\"id\":\"0123456789abcdef\",\"server\":\"s0\",\"operation\":\"exec\",\"command\":\"true\",\"status\":\"succeeded\",\"exit\":0,"
        "\"signal\":null,\"reason\":null,\"message\":null,\"out\":\"\",\"err\":\"\",\"outBytes\":0,\"errBytes\":0,\"truncated\":false,"
        "\"bytes\":null,\"receivedAt\":\"2026-11-22T10:00:00.000Z\",\"queuedMs\":3,\"durationMs\":12}";
    mqtt_publish(client, "floor/out", "", 0);
    mqtt_publish(client, "floor/err", "", 0);
    mqtt_publish(client, "floor/exec", "0", 1);
    mqtt_publish(client, "floor/last", result, sizeof result - 1);
    mqtt_publish(client, "floor/result", result, sizeof result - 1);
}

static void sequence(int count, char **arguments) {
    struct login login = login_from(arguments);
    struct run *run = ssh_open(&login);
    struct mosquitto *client = count > 5 ? mqtt_open(atoi(arguments[5])) : NULL;
    int commands = atoi(arguments[3]);
    int64_t start = 0;
    for (int i = -WARM_UP; i < commands; i++) {
        if (i == 0) {
            start = now();
        }
        ssh_run(run, arguments[4]);
        ssh_finish(run);
        if (client) {
            publish_result(client);
        }
    }
    if (client) {
        mqtt_settle(client);
    }
    print_times("seconds", start);
}

static void read_output(char **arguments) {
    struct login login = login_from(arguments);
    struct run *run = ssh_open(&login);
    ssh_run(run, "true");
    ssh_finish(run);
    int64_t start = now();
    ssh_run(run, arguments[3]);
    print_times("seconds", start);
    printf("bytes %lld\n", (long long)run->bytes);
}

static void ask(char **arguments) {
    struct mosquitto *client = mqtt_open(atoi(arguments[0]));
    mqtt_expected = arguments[2];
    mqtt_subscribe(client, arguments[2]);
    int64_t start = now();
    mqtt_publish(client, arguments[1], arguments[3], (int)strlen(arguments[3]));
    mqtt_wait(client, 1);
    print_times("seconds", start);
    printf("answer %s\n", mqtt_text);
}

static void warm(char **arguments) {
    struct mosquitto *client = mqtt_open(atoi(arguments[0]));
    int commands = atoi(arguments[1]);
    mqtt_subscribe(client, arguments[3]);
    for (int i = 0; i < commands; i++) {
        mqtt_publish(client, arguments[2], arguments[4], (int)strlen(arguments[4]));
    }
    mqtt_wait(client, commands);
}

static void burst(char **arguments) {
    struct mosquitto *client = mqtt_open(atoi(arguments[0]));
    int commands = atoi(arguments[1]), servers = atoi(arguments[2]);
    char topic[256];
    for (int server = 0; server < servers; server++) {
        snprintf(topic, sizeof topic, "%s%d/exec", arguments[3], server);
        mqtt_subscribe(client, topic);
    }
    int64_t start = now();
    for (int command = 0; command < commands; command++) {
        for (int server = 0; server < servers; server++) {
            snprintf(topic, sizeof topic, "%s%d/exec/set", arguments[3], server);
            mqtt_publish(client, topic, arguments[4], (int)strlen(arguments[4]));
        }
    }
    mqtt_wait(client, (int64_t)commands * servers);
    print_times("seconds", start);
    printf("answer %s\n", mqtt_text);
}

static void count_messages(int count, char **arguments) {
    struct mosquitto *client = mqtt_open(atoi(arguments[0]));
    int64_t expected = atoll(arguments[2]);
    mqtt_expected = arguments[1];
    mqtt_subscribe(client, arguments[1]);
    int64_t start = now();
    if (strcmp(arguments[3], "publish") == 0) {
        mqtt_publish(client, arguments[4], arguments[5], (int)strlen(arguments[5]));
    } else if (count > 4 && fork() == 0) {
        execvp(arguments[4], arguments + 4);
        die("cannot run %s", arguments[4]);
    }
    mqtt_wait(client, expected);
    print_times("seconds", start);
}

int main(int count, char **arguments) {
    const char *what = count > 1 ? arguments[1] : "";
    int left = count - 2;
    char **rest = arguments + 2;
    if (strcmp(what, "latency") == 0 && left >= 6) {
        latency(left, rest);
    } else if (strcmp(what, "sequence") == 0 && left >= 5) {
        sequence(left, rest);
    } else if (strcmp(what, "sessions") == 0 && left == 7) {
        struct login login = login_from(rest);
        ssh_sessions(&login, atoi(rest[3]), atoi(rest[4]), atoi(rest[5]), rest[6]);
    } else if (strcmp(what, "read") == 0 && left == 4) {
        read_output(rest);
    } else if (strcmp(what, "ask") == 0 && left == 4) {
        ask(rest);
    } else if (strcmp(what, "warm") == 0 && left == 5) {
        warm(rest);
    } else if (strcmp(what, "burst") == 0 && left == 5) {
        burst(rest);
    } else if (strcmp(what, "count") == 0 && left >= 5) {
        count_messages(left, rest);
    } else {
        fputs(usage, stderr);
        return 2;
    }
    return 0;
}
