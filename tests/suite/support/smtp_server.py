"""A mail server for the tests: takes letters over TLS only and prints each as a line of JSON.

usage: smtp_server.py starttls|tls CERTIFICATE KEY USER PASSWORD

Its first line is its port; it ends with its input.
"""

import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

security, certificate, key, user, password = sys.argv[1:]
is_starttls = security == "starttls"


class Printer:
    async def handle_DATA(self, server, session, envelope):
        letter = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "content": envelope.content.decode("utf-8"),
            "tls": session.ssl is not None or not is_starttls,
            "user": session.auth_data.login.decode() if session.auth_data else "",
        }
        print(json.dumps(letter), flush=True)
        return "250 taken"


def check(server, session, envelope, mechanism, given):
    is_right = isinstance(given, LoginPassword) and (given.login.decode(), given.password.decode()) == (user, password)
    return AuthResult(success=is_right, auth_data=given if is_right else None)


def connection():
    return SMTP(
        Printer(),
        hostname="localhost",
        tls_context=context if is_starttls else None,
        require_starttls=is_starttls,
        auth_required=True,
        auth_require_tls=is_starttls,
        authenticator=check,
    )


async def serve():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(connection, "127.0.0.1", 0, ssl=None if is_starttls else context)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
asyncio.run(serve())
