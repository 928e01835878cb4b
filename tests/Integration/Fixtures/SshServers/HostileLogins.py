"""Servers that do not let the client come to its login. Prints the name and the port of each, and the name for each connection."""

import asyncio
import sys

import asyncssh
from asyncssh import kex_dh


IDENTIFICATION = b"SSH-2.0-hostile\r\n"
IGNORE, KEXINIT, DEBUG = 2, 20, 4


def packet(kind, rest):
    """Without encryption (RFC 4253 §6)."""
    padding = 8 - (6 + len(rest)) % 8 + 4
    padding += -(6 + len(rest) + padding) % 8
    return (2 + len(rest) + padding).to_bytes(4, "big") + bytes([padding, kind]) + rest + bytes(padding)


def flood(block, first=b""):
    async def run(writer):
        writer.write(first)
        while True:
            writer.write(block)
            await writer.drain()

    return run


def slowly(text, first=b""):
    async def run(writer):
        writer.write(first)
        for byte in text:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(1)

    return run


RAW = {
    "lines": flood(b"x\r\n" * 20_000),
    "line": flood(b"x" * 60_000),
    "byte-a-second": slowly(b"S" * 1000),
    "packet-byte-a-second": slowly(packet(KEXINIT, bytes(300)), IDENTIFICATION),
    "ignore": flood(packet(IGNORE, bytes(4)) * 4000, IDENTIFICATION),
    "ignore-large": flood(packet(IGNORE, (32_000).to_bytes(4, "big") + bytes(32_000)) * 2, IDENTIFICATION),
    "debug": flood(packet(DEBUG, bytes(9)) * 4000, IDENTIFICATION),
}

# The prime of a group exchange (RFC 4419).
PRIMES = {"group-16384": (1 << 16384) - 1, "group-250000": (1 << 250_000) - 1, "group-1024": kex_dh._group1_p}


class Flood(asyncssh.SSHServer):
    """Sends something again and again once the client has asked to log in."""

    name = ""

    def connection_made(self, connection):
        self.connection = connection
        print(self.name, flush=True)

    def begin_auth(self, username):
        self.connection.create_task(self.flood())
        return True

    def password_auth_supported(self):
        return True

    async def validate_password(self, username, password):
        await asyncio.Future()

    async def flood(self):
        while not self.connection.is_closed():
            self.send()
            await asyncio.sleep(0.001)


class BannerFlood(Flood):
    name = "banners"

    def send(self):
        for _ in range(100):
            self.connection.send_auth_banner("x\r\n")


class KeyExchangeFlood(Flood):
    name = "key-exchanges"

    def send(self):
        if self.connection._kex_complete and self.connection._kex is None:
            self.connection._send_kexinit()


class OtherGroup(asyncssh.SSHServer):
    name = ""

    def connection_made(self, connection):
        print(self.name, flush=True)


def choose_group():
    """The name of the server is the comment of its identification."""

    def send_request(exchange, kind, packet_id, packet):
        prime = PRIMES[exchange._conn._owner.name]
        kex_dh._dh_gex_groups = ((0, 2, prime),)
        process(exchange, kind, packet_id, packet)

    process = kex_dh._KexDHGex._process_request
    for kind in (kex_dh.MSG_KEX_DH_GEX_REQUEST, kex_dh.MSG_KEX_DH_GEX_REQUEST_OLD):
        kex_dh._KexDHGex._packet_handlers[kind] = send_request


async def listen_raw(name, run):
    async def serve(_, writer):
        print(name, flush=True)
        try:
            await run(writer)
        except OSError:
            pass
        finally:
            writer.close()

    return await asyncio.start_server(serve, "127.0.0.1", 0)


async def main():
    choose_group()
    listeners = {name: await listen_raw(name, run) for name, run in RAW.items()}
    servers = {
        BannerFlood.name: (BannerFlood, ["curve25519-sha256"]),
        KeyExchangeFlood.name: (KeyExchangeFlood, ["diffie-hellman-group16-sha512"]),
    }
    for name in PRIMES:
        servers[name] = (type(name, (OtherGroup,), {"name": name}), ["diffie-hellman-group-exchange-sha256"])
    for name, (server, exchanges) in servers.items():
        listeners[name] = await asyncssh.create_server(
            server, "127.0.0.1", 0, server_host_keys=[sys.argv[1]], kex_algs=exchanges
        )
    for name, listener in listeners.items():
        print(f"port {name} {listener.sockets[0].getsockname()[1]}", flush=True)
    print("ready", flush=True)
    await asyncio.Future()


asyncio.run(main())
