"""PyPI `aiosmtpd` as a mail server on loopback. Prints its port; writes what it takes as JSON lines; ends with its standard input."""

import argparse
import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

options = argparse.ArgumentParser()
options.add_argument("--mode", choices=["plain", "starttls", "tls"], required=True)
options.add_argument("--cert")
options.add_argument("--key")
options.add_argument("--user")
options.add_argument("--password")
options.add_argument("--refuse", default="")
options.add_argument("--port", type=int, default=0)
options.add_argument("--journal", required=True)
chosen = options.parse_args()


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address == chosen.refuse:
            return "550 5.1.1 nobody of this name here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": session.ssl is not None or chosen.mode == "tls",
            "login": session.authenticated,
            "data": envelope.content.decode("utf-8"),
        }
        with open(chosen.journal, "a", encoding="utf-8") as journal:
            journal.write(json.dumps(mail) + "\n")
        return "250 2.0.0 taken by aiosmtpd"


def authenticate(server, session, envelope, mechanism, data):
    right = isinstance(data, LoginPassword) and (data.login.decode(), data.password.decode()) == (chosen.user, chosen.password)
    # Unhandled: the server itself answers 535.
    return AuthResult(success=right, handled=False)


async def main():
    context = None
    if chosen.mode != "plain":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chosen.cert, chosen.key)
    settings = {"hostname": "localhost", "enable_SMTPUTF8": True}
    if chosen.user:
        settings |= {"authenticator": authenticate, "auth_required": True, "auth_require_tls": chosen.mode == "starttls"}
    if chosen.mode == "starttls":
        settings |= {"tls_context": context, "require_starttls": True}
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(Handler(), **settings), "127.0.0.1", chosen.port, ssl=context if chosen.mode == "tls" else None
    )
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
