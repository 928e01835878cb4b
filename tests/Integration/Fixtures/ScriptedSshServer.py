"""An SSH server for one test: what OpenSSH cannot be made to do. Prints its port; its log is its standard output."""

import asyncio
import sys

import asyncssh


class Server(asyncssh.SSHServer):
    def begin_auth(self, username):
        self.username = username
        self.password_tries = 0
        return username != "free"

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


def run(process):
    process.stdout.write("begun\n")
    process.channel.close()


async def main():
    server = await asyncssh.create_server(
        Server, "127.0.0.1", 0, server_host_keys=[sys.argv[1]], process_factory=run
    )
    print(f"port {server.sockets[0].getsockname()[1]}", flush=True)
    await asyncio.Future()


asyncio.run(main())
