/* The floor that the bridge is compared with: the same work with only the C libraries. */
#ifndef FLOOR_H
#define FLOOR_H

#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <stdbool.h>
#include <stdint.h>

/* Prints the message and exits. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Monotonic, in nanoseconds. */
int64_t now(void);

/* Prints a line with the time since 'start', and one with the total processor time of this program. */
void print_times(const char *name, int64_t start);

/* The server's port and the credentials. */
struct login {
    int port;
    const char *user;
    ssh_key key;
};

struct login login_from(char **arguments);

/* A session that runs one command at a time, and that command's result. */
struct run {
    ssh_session session;
    ssh_event event;
    ssh_channel channel;
    struct ssh_channel_callbacks_struct callbacks;
    int64_t bytes;
    int status;
    bool has_status, is_at_end;
};

/* Connects and logs in. Blocks. */
struct run *ssh_open(const struct login *login);

/* Runs a command and reads all of its output. Returns when the exit status and the end of the output have arrived; free the channel with ssh_finish. */
void ssh_run(struct run *run, const char *command);

/* Closes the channel of the last command. */
void ssh_finish(struct run *run);

/* Prepares the channel that ssh_run and ssh_sessions use. */
void ssh_prepare(struct run *run);

/* Opens 'sessions' sessions, at most 'at_once' at a time, and runs 'commands' commands in each, all on one thread. Prints the times. */
void ssh_sessions(const struct login *login, int sessions, int at_once, int commands, const char *command);

/* A client of the broker, MQTT 5, on the caller's thread. */
struct mosquitto;
struct mosquitto *mqtt_open(int port);

/* Subscribes at QoS 1, and returns when the broker has acknowledged it. */
void mqtt_subscribe(struct mosquitto *client, const char *filter);

/* Publishes at QoS 1, without waiting. */
void mqtt_publish(struct mosquitto *client, const char *topic, const void *payload, int bytes);

/* Counts messages that are not retained, on the expected topic or, if that is NULL, on any. The text is that of the last one, truncated. */
extern const char *mqtt_expected;
extern int64_t mqtt_count;
extern char mqtt_text[64];

/* Returns when 'count' messages have arrived. */
void mqtt_wait(struct mosquitto *client, int64_t count);

/* Returns when the broker has acknowledged everything that was published. */
void mqtt_settle(struct mosquitto *client);

#endif
