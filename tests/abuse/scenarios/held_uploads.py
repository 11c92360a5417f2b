"""12 uploads of 60 MiB of which 50 arrive: 90 -> 697 MiB before files lay on the disk until they are read."""
import contextlib

from appliance import attackers

MEMORY_MIB = 60
COUNT = 12
MIB = 1024 * 1024


def prepare(appliance):
    appliance.token = appliance.key("sources_create")


@contextlib.contextmanager
def attack(appliance):
    sources, refused = attackers(3), 0
    with contextlib.ExitStack() as open_connections:
        for number in range(COUNT):
            connection = open_connections.enter_context(appliance.connect(sources[number % 3]))
            head = (
                f"PUT /api/v1/documents/held-{number}.md HTTP/1.1\r\nHost: x\r\nAuthorization: Api-Key {appliance.token}\r\n"
                f"Content-Type: text/markdown\r\nContent-Length: {60 * MIB}\r\n\r\n"
            )
            try:
                connection.sendall(head.encode())
                for _ in range(50):
                    connection.sendall(b"held " * (MIB // 5))
            except OSError:
                refused += 1
        yield f"{COUNT - refused} held, {refused} refused"
