/* The floor that the bridge is measured against: the same work with the C libraries and nothing between. */
#ifndef FLOOR_H
#define FLOOR_H

#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <stdbool.h>
#include <stdint.h>

/* Ends the program with these words. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Monotonic, in nanoseconds. */
int64_t now(void);

/* Prints a line with the time since then, and one with the processor time that this program has used in all. */
void print_times(const char *name, int64_t start);

/* Who logs in where. */
struct login {
    int port;
    const char *user;
    ssh_key key;
};

struct login login_from(char **arguments);

/* A session with one command at a time in it, and what came of that. */
struct run {
    ssh_session session;
    ssh_event event;
    ssh_channel channel;
    struct ssh_channel_callbacks_struct callbacks;
    int64_t bytes;
    int status;
    bool has_status, is_at_end;
};

/* Connects and logs in, waiting for it. */
struct run *ssh_open(const struct login *login);

/* Runs a command and reads all of its output. Returns when the exit status and the end of the output have come; free the channel with ssh_finish. */
void ssh_run(struct run *run, const char *command);

/* Closes the channel of the command that was run. */
void ssh_finish(struct run *run);

/* Prepares the channel that ssh_run and ssh_sessions use. */
void ssh_prepare(struct run *run);

/* Connects so many sessions, at most so many at a time, and runs so many commands in each, all sessions at once, on one thread. Prints the times. */
void ssh_sessions(const struct login *login, int sessions, int at_once, int commands, const char *command);

/* A client of the broker, MQTT 5, on the caller's thread. */
struct mosquitto;
struct mosquitto *mqtt_open(int port);

/* Subscribes at QoS 1, and returns when the broker has said yes. */
void mqtt_subscribe(struct mosquitto *client, const char *filter);

/* At QoS 1; waits for nothing. */
void mqtt_publish(struct mosquitto *client, const char *topic, const void *payload, int bytes);

/* Messages that were not stored ones, on this topic or, where it is NULL, on any; and the last one's text, cut. */
extern const char *mqtt_expected;
extern int64_t mqtt_count;
extern char mqtt_text[64];

/* Returns when so many have come. */
void mqtt_wait(struct mosquitto *client, int64_t count);

/* Returns when the broker has acknowledged all that was published. */
void mqtt_settle(struct mosquitto *client);

#endif
