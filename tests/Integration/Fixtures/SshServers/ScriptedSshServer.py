"""An SSH server for one test: what OpenSSH cannot be made to do. Prints its port; its log is its standard output."""

import asyncio
import re
import sys

import asyncssh
from asyncssh.packet import Boolean, String, UInt32

from HostileChannels import take_channels


UNIMPLEMENTED = 3
OPEN_RESOURCE_SHORTAGE = 4
DISCONNECTED_BY_APPLICATION = 11
ROUTERS = ("router", "picky", "statusless", "bare", "noexec")
FREE = ("free", "single", "hangup", "mute", "unimplemented", "windows", *ROUTERS)


class Server(asyncssh.SSHServer):
    def connection_made(self, connection):
        self.connection = connection

    def begin_auth(self, username):
        self.username = username
        self.password_tries = 0
        if username in ("single", "hangup"):
            allow_one_session(self.connection)
        if username in ("mute", "unimplemented"):
            answer_no_request(self.connection, username)
        if username.startswith("hostile "):
            take_channels(self.connection, username[len("hostile ") :])
            return False
        return username not in FREE

    def password_auth_supported(self):
        return self.username == "expired"

    def validate_password(self, username, password):
        print(f"password {username}", flush=True)
        raise asyncssh.PasswordChangeRequired("Your password has expired. New password:")

    def change_password(self, username, old_password, new_password):
        print(f"changed {username}", flush=True)
        return True

    def kbdint_auth_supported(self):
        return self.username in ("echoing", "several")

    def get_kbdint_challenge(self, username, lang, submethods):
        if username == "echoing":
            return "", "", "", [("Your pet's name? ", True)]
        return "", "", "", [("Password: ", False), ("One-time code: ", False)]

    def validate_kbdint_response(self, username, responses):
        print(f"answers {username} {len(responses)} {len(set(responses))}", flush=True)
        return username == "several"


def allow_one_session(connection):
    open_session = connection._process_session_open

    def refuse(packet):
        raise asyncssh.ChannelOpenError(OPEN_RESOURCE_SHORTAGE, "one session for each connection")

    def open_first(packet):
        connection._process_session_open = refuse
        return open_session(packet)

    connection._process_session_open = open_first


def answer_no_request(connection, username):
    connection.asked = asyncio.Semaphore(0)

    def service():
        connection._global_request_queue.clear()
        if username == "unimplemented":
            connection.send_packet(UNIMPLEMENTED, UInt32(0))
        connection.asked.release()

    connection._service_next_global_request = service


DATA, ADJUST, REQUEST = 94, 93, 98


def send_too_much(channel):
    for _ in range(64):
        channel.send_packet(DATA, String(bytes(32768)))


def send_status_twice(channel):
    for status in (1, 2):
        channel.send_packet(REQUEST, String("exit-status"), Boolean(False), UInt32(status))
    channel.close()


def open_window_too_wide(channel):
    for _ in range(2):
        channel.send_packet(ADJUST, UInt32(0xFFFFFFFF))


# What no server does, by the command that asks for it.
HOSTILE = {
    "too much": send_too_much,
    "too large": lambda channel: channel.send_packet(DATA, String(bytes(60000))),
    "too wide": open_window_too_wide,
    "status twice": send_status_twice,
    "signal": lambda channel: channel.exit_with_signal("X\x1b[31m\u202e", msg="\x1b[2J"),
    "unknown channel": lambda channel: channel._conn.send_packet(DATA, UInt32(4711), String(b"x")),
    "unknown message": lambda channel: channel._conn.send_packet(200, String(b"x")),
    "short message": lambda channel: channel._conn.send_packet(DATA, b"\0"),
}


async def outlast(process):
    asked = asyncio.Semaphore(0)
    connection = process.channel._conn
    answer = connection._process_keepalive_at_openssh_dot_com_global_request

    def count(packet):
        asked.release()
        answer(packet)

    connection._process_keepalive_at_openssh_dot_com_global_request = count
    for _ in range(5):
        await asked.acquire()
    process.stdout.write("asked\n")
    process.exit(0)


async def outlast_unanswered(process):
    for _ in range(5):
        await process.channel._conn.asked.acquire()
    process.stdout.write("asked\n")
    process.exit(0)


async def chatter(process):
    for _ in range(80):
        process.stdout.write("x")
        await asyncio.sleep(0.05)
    process.exit(0)


async def run_one(process, username):
    process.stdout.write(f"{process.command}\n")
    process.exit(0)
    if username == "hangup":
        await process.wait_closed()
        process.channel._conn.disconnect(DISCONNECTED_BY_APPLICATION, "one command for each connection")


async def end_without_status(process):
    process.stdout.write("begun\n")
    process.stdout.write_eof()
    if process.command == "hang up":
        # With libssh, the end of input follows the reply to the request. A disconnect that arrives together with that reply hides it.
        await process.stdin.read()
        process.channel._conn.disconnect(DISCONNECTED_BY_APPLICATION, "bye")
    elif process.command == "close":
        process.channel.close()
    else:
        await process.stdin.read()
        await asyncio.Future()


async def read_line(stdin):
    line = b""
    while not line.endswith(b"\n"):
        line += await stdin.readexactly(1)
    return line


async def take_file(process, path):
    process.stdout.write(b"\0")
    mode, size, name = (await read_line(process.stdin)).decode().rstrip("\n").split(" ", 2)
    print(f"header {mode} {name}", flush=True)
    process.stdout.write(b"\0")
    if path.endswith("full"):
        await process.stdin.readexactly(1)
        process.stdout.write(b"\1scp: no space left on flash:\n")
        return 1
    content = await process.stdin.readexactly(int(size))
    await process.stdin.readexactly(1)
    with open(path, "wb") as file:
        file.write(content)
    process.stdout.write(b"\0")
    return 0


async def give_file(process, path):
    with open(path, "rb") as file:
        content = file.read()
    await process.stdin.readexactly(1)
    process.stdout.write(b"C0644 %d file\n" % len(content))
    await process.stdin.readexactly(1)
    process.stdout.write(content + b"\0")
    await process.stdin.readexactly(1)
    return 0


async def run_on_router(process, username):
    """A command line that knows scp, but no shell."""
    print(f"ran {process.command[:40]}", flush=True)
    words = process.command.split(" ")
    known = {"-t": take_file, "-f": give_file}.get(words[1]) if len(words) == 3 and words[0] == "scp" else None
    if known is None or username == "bare":
        process.stdout.write(b"% Unknown command\r\n")
        status = 0 if username == "router" else 1
    else:
        status = await known(process, words[2])
    if username == "statusless":
        process.channel.close()
    else:
        process.exit(status)


def answer_of_cmd(line):
    """What cmd.exe writes to standard error for a line that it cannot run; only double quotes are quotes for it."""
    first = re.split(r"(?<![<>])&|\|", re.sub(r'"[^"]*"', "", line))[0]
    if re.search(r"[<>] ?/", first):
        return "The system cannot find the path specified.\r\n"
    name = line.split(" ")[0]
    return f"'{name}' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n"


async def run_in_cmd(process):
    """The shell of OpenSSH for Windows, and its scp. Signals have no effect."""
    print(f"ran {process.command[:40]}", flush=True)
    name, _, rest = process.command.partition(" ")
    words = rest.split(" ")
    status = 0
    if name == "echo":
        process.stdout.write(f"{rest}\r\n".encode())
    elif name == "exit":
        status = int(rest)
    elif name == "ver":
        process.stdout.write(b"\r\nMicrosoft Windows [Version 10.0.20348.2113]\r\n")
    elif name == "ping":
        process.stdout.write(b"Pinging\r\n")
        await asyncio.Future()
    elif name == "scp" and len(words) == 2 and words[0] in ("-t", "-f"):
        status = await (take_file if words[0] == "-t" else give_file)(process, words[1])
    else:
        process.stderr.write(answer_of_cmd(process.command).encode())
        status = 1
    process.exit(status)


def prepare_routers():
    accept = asyncssh.SSHServerProcess.exec_requested

    def exec_requested(process, command):
        username = process.channel.get_extra_info("username")
        if username == "noexec" or username == "picky" and not command.startswith("scp "):
            print("refused", flush=True)
            return False
        if username in ROUTERS or username == "windows":
            # Bytes, not text.
            process.channel.set_encoding(None)
            process._encoding = None
        return accept(process, command)

    asyncssh.SSHServerProcess.exec_requested = exec_requested


async def run(process):
    username = process.get_extra_info("username")
    if username in ROUTERS:
        await run_on_router(process, username)
        return
    if username == "windows":
        await run_in_cmd(process)
        return
    if username in ("single", "hangup"):
        await run_one(process, username)
        return
    if process.command == "outlast":
        await (outlast_unanswered if username == "unimplemented" else outlast)(process)
        return
    if process.command == "chatter":
        await chatter(process)
        return
    if process.command in ("hang up", "close", "stay open"):
        await end_without_status(process)
        return
    if process.command in HOSTILE:
        HOSTILE[process.command](process.channel)
        return
    process.stdout.write("begun\n")
    process.channel.close()


def announce_no_strict_key_exchange():
    asyncssh.connection.SSHConnection._get_extra_kex_algs = lambda connection: []


async def main():
    prepare_routers()
    if "lenient" in sys.argv[3:]:
        announce_no_strict_key_exchange()
    server = await asyncssh.create_server(
        Server, "127.0.0.1", 0, server_host_keys=[sys.argv[1]], server_version=sys.argv[2], process_factory=run
    )
    print(f"port {server.sockets[0].getsockname()[1]}", flush=True)
    await asyncio.Future()


asyncio.run(main())
