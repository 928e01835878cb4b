#include "floor.h"

#include <errno.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

/* After that, no answer is expected any more. */
#define MOST_IDLE_SECONDS 90

const char *mqtt_expected;
int64_t mqtt_count;
char mqtt_text[64];
static int64_t published, acknowledged;
static bool is_connected, is_subscribed;

static void on_connect(struct mosquitto *client, void *user, int result) {
    (void)client, (void)user;
    if (result != 0) {
        die("the broker refused the connection: %d", result);
    }
    is_connected = true;
}

static void on_subscribe(struct mosquitto *client, void *user, int id, int count, const int *granted) {
    (void)client, (void)user, (void)id, (void)count, (void)granted;
    is_subscribed = true;
}

static void on_publish(struct mosquitto *client, void *user, int id) {
    (void)client, (void)user, (void)id;
    acknowledged++;
}

static void on_message(struct mosquitto *client, void *user, const struct mosquitto_message *message) {
    (void)client, (void)user;
    if (message->retain || (mqtt_expected && strcmp(message->topic, mqtt_expected) != 0)) {
        return;
    }
    size_t length = (size_t)message->payloadlen < sizeof mqtt_text ? (size_t)message->payloadlen : sizeof mqtt_text - 1;
    memcpy(mqtt_text, message->payload, length);
    mqtt_text[length] = 0;
    mqtt_count++;
}

/* Waits for the socket once and handles the result. The library's loop does the same with an additional select and clock_gettime. */
static void turn(struct mosquitto *client) {
    static int idle;
    struct pollfd polled = {.fd = mosquitto_socket(client), .events = (short)(POLLIN | (mosquitto_want_write(client) ? POLLOUT : 0))};
    int ready = poll(&polled, 1, 1000), result = MOSQ_ERR_SUCCESS;
    if (ready > 0 && polled.revents & POLLOUT) {
        result = mosquitto_loop_write(client, 1);
    }
    if (ready > 0 && result == MOSQ_ERR_SUCCESS && polled.revents & ~POLLOUT) {
        do {
            errno = 0;
            result = mosquitto_loop_read(client, 1);
        } while (result == MOSQ_ERR_SUCCESS && errno != EAGAIN);
    }
    idle = ready > 0 ? 0 : idle + 1;
    if (idle == MOST_IDLE_SECONDS) {
        die("nothing came from the broker for %d s", idle);
    }
    if (ready == 0) {
        result = mosquitto_loop_misc(client);
    }
    if (result != MOSQ_ERR_SUCCESS) {
        die("broker: %s", mosquitto_strerror(result));
    }
}

struct mosquitto *mqtt_open(int port) {
    mosquitto_lib_init();
    struct mosquitto *client = mosquitto_new(NULL, true, NULL);
    mosquitto_int_option(client, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
    mosquitto_int_option(client, MOSQ_OPT_TCP_NODELAY, 1);
    mosquitto_int_option(client, MOSQ_OPT_SEND_MAXIMUM, 1000);
    mosquitto_int_option(client, MOSQ_OPT_RECEIVE_MAXIMUM, 1000);
    mosquitto_connect_callback_set(client, on_connect);
    mosquitto_subscribe_callback_set(client, on_subscribe);
    mosquitto_publish_callback_set(client, on_publish);
    mosquitto_message_callback_set(client, on_message);
    int result = mosquitto_connect(client, "127.0.0.1", port, 600);
    if (result != MOSQ_ERR_SUCCESS) {
        die("connect to the broker: %s", mosquitto_strerror(result));
    }
    while (!is_connected) {
        turn(client);
    }
    return client;
}

void mqtt_subscribe(struct mosquitto *client, const char *filter) {
    is_subscribed = false;
    mosquitto_subscribe(client, NULL, filter, 1);
    while (!is_subscribed) {
        turn(client);
    }
}

void mqtt_publish(struct mosquitto *client, const char *topic, const void *payload, int bytes) {
    int result = mosquitto_publish(client, NULL, topic, bytes, payload, 1, false);
    if (result != MOSQ_ERR_SUCCESS) {
        die("publish: %s", mosquitto_strerror(result));
    }
    published++;
}

void mqtt_wait(struct mosquitto *client, int64_t count) {
    while (mqtt_count < count) {
        turn(client);
    }
}

void mqtt_settle(struct mosquitto *client) {
    while (acknowledged < published) {
        turn(client);
    }
}
