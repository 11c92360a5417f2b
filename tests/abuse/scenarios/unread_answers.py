"""60 connections that ask for a document of 8 MB and read nothing: 174 -> 972 MiB before answers were made as they are taken."""
import contextlib

import long_document
from appliance import attackers

MEMORY_MIB = 80
COUNT = 60


def prepare(appliance):
    appliance.long = long_document.store(appliance)


@contextlib.contextmanager
def attack(appliance):
    request = f"GET /help/{appliance.place}/documents/{appliance.long} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    (source,) = attackers(1)
    with contextlib.ExitStack() as open_connections:
        for _ in range(COUNT):
            connection = open_connections.enter_context(appliance.connect(source, receive_buffer=4096))
            connection.sendall(request)
            # It has begun to come.
            connection.recv(1)
        yield f"{COUNT} unread"
