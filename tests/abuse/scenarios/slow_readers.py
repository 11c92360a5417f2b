"""60 connections that ask for a document of 8 MB and take a few bytes now and then, for 130 s: they are closed, and the memory is free again."""
import contextlib
import time

import long_document
from appliance import attackers

MEMORY_MIB = 80
COUNT = 60
SECONDS = 130


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
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            for connection in list(held):
                try:
                    if not connection.recv(100):
                        held.remove(connection)
                except TimeoutError:
                    pass
                except OSError:
                    held.remove(connection)
            time.sleep(2)
        yield f"{COUNT - len(held)} of {COUNT} closed"
