"""Pages of a second workspace's database are overwritten while the server runs: it is down, `/health` says so, and the first goes on."""
import contextlib

MEMORY_MIB = 60
HEALTH = 503


def prepare(appliance):
    appliance.run("workspace", "create", "second")


@contextlib.contextmanager
def attack(appliance):
    stores = sorted(appliance.data.glob("workspaces/*/store.db"), key=lambda path: path.stat().st_size)
    with open(stores[0], "r+b") as store:
        size = stores[0].stat().st_size
        for page in range(1, size // 4096):
            store.seek(page * 4096 + 100)
            store.write(b"not what was written")
    appliance.get("/help/second", 20)
    appliance.wait(lambda: appliance.get("/health", 20) == HEALTH, 60)
    yield "one of two workspaces is damaged"
