"""60 connections that ask for a document of 8 MB and take a few bytes now and then, for 75 s: they are closed, and the memory is free again."""
import contextlib
import time

import long_document
from appliance import attackers

MEMORY_MIB = 80
COUNT = 60
SECONDS = 75


def prepare(appliance):
    appliance.long = long_document.store(appliance)


@contextlib.contextmanager
def attack(appliance):
    request = f"GET /help/{appliance.place}/documents/{appliance.long} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    (source,), held = attackers(1), []
    with contextlib.ExitStack() as open_connections:
        for _ in range(COUNT):
            connection = open_connections.enter_context(appliance.connect(source, receive_buffer=4096))
            connection.sendall(request)
            connection.settimeout(0.01)
            held.append(connection)
        # What was taken may still be read here for long: the server says whether it let go.
        before = appliance.sockets()
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            for connection in held:
                with contextlib.suppress(OSError):
                    connection.recv(100)
            time.sleep(2)
        closed = before - appliance.sockets()
        assert closed >= COUNT, f"{closed} of {COUNT} were closed"
        yield f"{closed} of {COUNT} closed"
