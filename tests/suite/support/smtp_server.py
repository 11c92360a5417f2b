"""A mail server for the tests: takes letters over TLS only and prints each as a line of JSON.

usage: smtp_server.py starttls|tls CERTIFICATE KEY USER PASSWORD
"""

import json
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

security, certificate, key, user, password = sys.argv[1:]


class Printer:
    async def handle_DATA(self, server, session, envelope):
        letter = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "content": envelope.content.decode("utf-8"),
            "tls": session.ssl is not None or security == "tls",
            "user": (session.auth_data.login.decode() if session.auth_data else ""),
        }
        print(json.dumps(letter), flush=True)
        return "250 taken"


def check(server, session, envelope, mechanism, given):
    is_right = isinstance(given, LoginPassword) and (given.login.decode(), given.password.decode()) == (user, password)
    return AuthResult(success=is_right, auth_data=given if is_right else None)


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)


class Server(Controller):
    def factory(self):
        starttls = security == "starttls"
        return SMTP(
            self.handler,
            hostname="localhost",
            tls_context=context if starttls else None,
            require_starttls=starttls,
            auth_required=True,
            auth_require_tls=starttls,
            authenticator=check,
        )

    def _trigger_server(self):
        # The base class connects once, without TLS, to see whether it listens; the port below says so.
        pass


server = Server(Printer(), hostname="127.0.0.1", port=0, ssl_context=None if security == "starttls" else context)
server.start()
print(server.server.sockets[0].getsockname()[1], flush=True)
sys.stdin.read()
server.stop()
