"""2,000 connections from one address, which may have 256: the others are closed at once."""
import contextlib

from appliance import attackers

MEMORY_MIB = 100
COUNT = 2_000


@contextlib.contextmanager
def attack(appliance):
    (source,), held = attackers(1), 0
    with contextlib.ExitStack() as open_connections:
        for _ in range(COUNT):
            try:
                connection = open_connections.enter_context(appliance.connect(source))
                connection.sendall(b"POST /help/x HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\nq")
                held += 1
            except OSError:
                pass
        yield f"{held} of {COUNT} let in"
