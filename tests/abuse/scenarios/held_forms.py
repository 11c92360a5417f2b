"""16 sign-in forms of 4 MiB from four addresses, each without its last bytes: they filled the memory of all, and nobody's page was answered."""
import contextlib

from appliance import attackers

MEMORY_MIB = 120
SIZE = 4 * 1024 * 1024 - 1


@contextlib.contextmanager
def attack(appliance):
    head = (
        "POST /dashboard/sign-in HTTP/1.1\r\nHost: x\r\nOrigin: https://x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {SIZE}\r\n\r\n"
    )
    sources, held = attackers(4), 0
    with contextlib.ExitStack() as open_connections:
        for number in range(16):
            connection = open_connections.enter_context(appliance.connect(sources[number % 4]))
            # What is refused is closed.
            with contextlib.suppress(OSError):
                connection.sendall(head.encode() + b"a" * (SIZE - 10))
                held += 1
        yield f"{held} sent"
