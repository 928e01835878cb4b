#include "floor.h"

#include <stdlib.h>
#include <string.h>

struct login login_from(char **arguments) {
    struct login login = {.port = atoi(arguments[0]), .user = arguments[1]};
    if (ssh_pki_import_privkey_file(arguments[2], NULL, NULL, NULL, &login.key) != SSH_OK) {
        die("cannot read the key %s", arguments[2]);
    }
    return login;
}

static int on_data(ssh_session session, ssh_channel channel, void *data, uint32_t length, int is_stderr, void *user) {
    (void)session, (void)channel, (void)data, (void)is_stderr;
    ((struct run *)user)->bytes += length;
    return (int)length;
}

static void on_end(ssh_session session, ssh_channel channel, void *user) {
    (void)session, (void)channel;
    ((struct run *)user)->is_at_end = true;
}

static void on_status(ssh_session session, ssh_channel channel, int status, void *user) {
    (void)session, (void)channel;
    ((struct run *)user)->status = status;
    ((struct run *)user)->has_status = true;
}

struct run *ssh_open(const struct login *login) {
    struct run *run = calloc(1, sizeof *run);
    int yes = 1, no = 0;
    run->session = ssh_new();
    ssh_options_set(run->session, SSH_OPTIONS_HOST, "127.0.0.1");
    ssh_options_set(run->session, SSH_OPTIONS_PORT, &login->port);
    ssh_options_set(run->session, SSH_OPTIONS_USER, login->user);
    ssh_options_set(run->session, SSH_OPTIONS_NODELAY, &yes);
    ssh_options_set(run->session, SSH_OPTIONS_PROCESS_CONFIG, &no);
    if (ssh_connect(run->session) != SSH_OK) {
        die("connect: %s", ssh_get_error(run->session));
    }
    if (ssh_userauth_publickey(run->session, NULL, login->key) != SSH_AUTH_SUCCESS) {
        die("login: %s", ssh_get_error(run->session));
    }
    run->event = ssh_event_new();
    ssh_event_add_session(run->event, run->session);
    return run;
}

void ssh_prepare(struct run *run) {
    run->channel = ssh_channel_new(run->session);
    run->bytes = 0;
    run->has_status = run->is_at_end = false;
    run->callbacks = (struct ssh_channel_callbacks_struct){
        .userdata = run,
        .channel_data_function = on_data,
        .channel_eof_function = on_end,
        .channel_close_function = on_end,
        .channel_exit_status_function = on_status,
    };
    ssh_callbacks_init(&run->callbacks);
    ssh_set_channel_callbacks(run->channel, &run->callbacks);
}

void ssh_run(struct run *run, const char *command) {
    ssh_prepare(run);
    if (ssh_channel_open_session(run->channel) != SSH_OK || ssh_channel_request_exec(run->channel, command) != SSH_OK) {
        die("exec: %s", ssh_get_error(run->session));
    }
    while (!run->has_status || !run->is_at_end) {
        if (ssh_event_dopoll(run->event, -1) == SSH_ERROR) {
            die("read: %s", ssh_get_error(run->session));
        }
    }
}

void ssh_finish(struct run *run) {
    ssh_channel_free(run->channel);
    run->channel = NULL;
}
