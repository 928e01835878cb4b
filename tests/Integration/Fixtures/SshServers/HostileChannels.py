"""The connection protocol (RFC 4254) without asyncssh's channels: messages that no SSH server sends."""

import random
import types

from asyncssh.packet import Boolean, Byte, String, UInt32


IGNORE = 2
GLOBAL_REQUEST, REQUEST_SUCCESS, REQUEST_FAILURE = 80, 81, 82
OPEN, OPENED, REFUSED, ADJUST, DATA, EXTENDED_DATA, EOF, CLOSE, REQUEST, SUCCESS, FAILURE = range(90, 101)
LARGEST = 0xFFFFFFFF
WINDOW, PACKET = 1 << 20, 1 << 15


class Channels(dict):
    """Contains every channel, whatever its number."""

    def __init__(self, process):
        self._handler = types.SimpleNamespace(
            log_received_packet=lambda *_: None, process_packet=lambda kind, _, packet: process(kind, packet)
        )

    def __getitem__(self, number):
        return self._handler


class Channel:
    def __init__(self, connection, number):
        self.connection = connection
        self.number = number

    def send(self, kind, *arguments):
        self.connection.send_packet(kind, UInt32(self.number), *arguments)

    def send_global(self, kind, *arguments):
        self.connection.send_packet(kind, *arguments)

    def open(self, window=WINDOW, packet=PACKET):
        self.send(OPENED, UInt32(self.number), UInt32(window), UInt32(packet))

    def data(self, text):
        self.send(DATA, String(text))

    def status(self, number=0):
        self.send(REQUEST, String("exit-status"), Boolean(False), UInt32(number))

    def end(self):
        self.data(b"end\n")
        self.status()
        self.send(EOF)
        self.send(CLOSE)

    def run(self):
        self.send(SUCCESS)
        self.end()

    def send_empty(self):
        """A packet without a message."""
        connection = self.connection
        length = connection._send_blocksize + -connection._send_enchdrlen % connection._send_blocksize
        packet = Byte(length) + bytes(length)
        head = UInt32(len(packet))
        packet, mac = connection._send_encryption.encrypt_packet(connection._send_seq, head, packet)
        connection._send(packet + mac)
        connection._send_seq += 1


def sequence(*steps):
    def run(channel):
        for step in steps:
            step(channel)

    return run


def message(kind, *arguments):
    return lambda channel: channel.send(kind, *arguments)


def global_message(kind, *arguments):
    return lambda channel: channel.send_global(kind, *arguments)


def request(name, reply=False, *arguments):
    return message(REQUEST, String(name), Boolean(reply), *arguments)


opened, run, end, status = Channel.open, Channel.run, Channel.end, Channel.status
started, eof, closed, refused = message(SUCCESS), message(EOF), message(CLOSE), message(REFUSED, UInt32(1), String(""), String(""))

# What is sent in place of the answer to the request to open a channel.
AT_OPEN = {
    "data before open": sequence(message(DATA, String(b"early")), opened),
    "error output before open": sequence(message(EXTENDED_DATA, UInt32(1), String(b"early")), opened),
    "window before open": sequence(message(ADJUST, UInt32(1)), opened),
    "end before open": sequence(eof, opened),
    "close before open": closed,
    "status before open": sequence(status, opened),
    "success before open": sequence(started, opened),
    "success before request": sequence(opened, started),
    "opened twice": sequence(opened, opened),
    "refused after open": sequence(opened, refused),
    "no window": lambda channel: channel.open(window=0),
    "largest window": lambda channel: channel.open(window=LARGEST),
    "no packets": lambda channel: channel.open(packet=0),
    "largest packets": lambda channel: channel.open(packet=LARGEST),
}

# What is sent in place of the output of a command.
AT_START = {
    "window by nothing": sequence(started, message(ADJUST, UInt32(0)), end),
    "window too wide": sequence(started, message(ADJUST, UInt32(LARGEST)), end),
    "no data": sequence(started, message(DATA, String(b"")), end),
    "data after end": sequence(started, lambda channel: channel.data(b"end\n"), eof, message(DATA, String(b"late")), status, closed),
    "other output": sequence(started, message(EXTENDED_DATA, UInt32(7), String(b"other")), end),
    "success twice": sequence(started, run),
    "large packet": sequence(global_message(IGNORE, String(bytes(34_900))), run),
    "status of no length": sequence(started, request("exit-status"), end),
    "end twice": sequence(started, lambda channel: channel.data(b"end\n"), eof, eof, status, closed),
    "close twice": sequence(run, closed),
    "status after close": sequence(run, status),
    "data after close": sequence(run, message(DATA, String(b"late"))),
    "data beyond packet": sequence(started, message(DATA, UInt32(1000), b"x")),
    "request beyond packet": sequence(started, message(REQUEST, UInt32(1000), b"x")),
    "empty packet": sequence(started, Channel.send_empty),
    "larger packet": sequence(started, global_message(IGNORE, String(bytes(100_000)))),
    "unknown channel": sequence(started, lambda channel: channel.send_global(EOF, UInt32(LARGEST))),
    "open session": sequence(started, global_message(OPEN, String("session"), UInt32(9), UInt32(WINDOW), UInt32(PACKET))),
    "open of unknown type": sequence(started, global_message(OPEN, String("x@example.com"), UInt32(9), UInt32(9), UInt32(9))),
}

# What the client must answer, and with which message; then the command ends.
ASKED = {
    "channel request": (sequence(started, request("x@example.com", True)), FAILURE),
    "global request": (sequence(started, global_message(GLOBAL_REQUEST, String("x@example.com"), Boolean(True))), REQUEST_FAILURE),
}

HARMLESS = (
    message(ADJUST, UInt32(0)),
    message(ADJUST, UInt32(1)),
    message(DATA, String(b"x" * 1000)),
    message(DATA, String(b"")),
    message(EXTENDED_DATA, UInt32(1), String(b"x" * 100)),
    message(EXTENDED_DATA, UInt32(LARGEST), String(b"x")),
    request("x@example.com", True),
    request("x@example.com", False),
    request("exit-status", True, UInt32(1)),
    request("exit-signal", False, String("TERM"), Boolean(False), String(""), String("")),
    global_message(GLOBAL_REQUEST, String("x@example.com"), Boolean(True)),
    global_message(IGNORE, String(bytes(34_900))),
    global_message(REQUEST_SUCCESS),
    global_message(REQUEST_FAILURE),
    global_message(3, UInt32(0)),
    started,
    message(FAILURE),
    eof,
)
HOSTILE = (
    *AT_OPEN.values(),
    *(steps for name, steps in AT_START.items() if name != "larger packet"),
    message(DATA, String(bytes(60_000))),
    sequence(*[message(DATA, String(bytes(32_000)))] * 40),
    message(ADJUST, UInt32(LARGEST)),
    message(DATA),
    global_message(DATA),
    global_message(DATA, b"\0"),
    global_message(200, b"x"),
    closed,
    refused,
)


def draw(source, channel):
    source.choice(HARMLESS if source.random() < 0.9 else HOSTILE)(channel)


done = set()
count = 0


def take_channels(connection, what):
    """
    Sends what the name stands for, once; later commands run normally. "random N" sends a random sequence for each command, where
    N is the seed.
    """

    def process_channel(kind, packet):
        if kind in expected:
            expected.pop(kind)(Channel(connection, numbers[-1]))
        elif kind == REQUEST:
            start(packet)
        return True

    def start(packet):
        if packet.get_string() != b"exec":
            return
        channel = Channel(connection, numbers[-1])
        if what.startswith("random "):
            for _ in range(source().randrange(8)):
                draw(source(), channel)
            channel.run()
        elif what in done:
            channel.run()
        elif what in ASKED:
            done.add(what)
            steps, answer = ASKED[what]
            expected[answer] = end
            steps(channel)
        elif what in AT_START:
            done.add(what)
            AT_START[what](channel)
        else:
            channel.run()

    def open_channel(packet):
        global count
        packet.get_string()
        numbers.append(packet.get_uint32())
        count += 1
        channel = Channel(connection, numbers[-1])
        if what.startswith("random ") and source().random() < 0.1:
            draw(source(), channel)
        if what in AT_OPEN and what not in done:
            done.add(what)
            AT_OPEN[what](channel)
        else:
            channel.open()

    def source():
        return sources.setdefault(count, random.Random(f"{what} {count}"))

    def process(kind, number, packet):
        if kind == OPEN:
            open_channel(packet)
            return True
        if kind in expected:
            return process_channel(kind, packet)
        return process_others(kind, number, packet)

    expected, numbers, sources = {}, [], {}
    process_others = connection.process_packet
    connection.process_packet = process
    connection._channels = Channels(process_channel)
