"""A disk without a byte left: questions are answered, `/health` says that not all is well, and a deletion goes through by the reserve."""
import contextlib
import os
import pathlib
import subprocess
import tempfile

MEMORY_MIB = 60
HEALTH = 503


@contextlib.contextmanager
def room():
    """A small file system for the data folder. None where this may not mount one."""
    with tempfile.TemporaryDirectory(prefix="anchorite-abuse-") as folder:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300m", "none", folder], capture_output=True)
        if mounted.returncode:
            yield None
            return
        try:
            yield pathlib.Path(folder)
        finally:
            subprocess.run(["umount", folder], check=True)


@contextlib.contextmanager
def attack(appliance):
    key, path = appliance.key("sources_delete"), appliance.first_document()
    with open(appliance.data.parent / "filler", "wb", buffering=0) as filler:
        # The reserve is put aside within half a minute; it is not what is filled.
        appliance.wait(lambda: (appliance.data / "reserve").exists(), 60)
        with contextlib.suppress(OSError):
            while filler.write(b"\0" * 65536):
                pass
    free = os.statvfs(appliance.data).f_bavail
    removed = appliance.send("DELETE", f"/api/v1/documents/{path}", None, {"authorization": f"Api-Key {key}"}, 20)
    yield f"{free} blocks free; a deletion: {removed}" + ("" if removed == 200 else " FELL")
    if removed != 200:
        raise SystemExit(f"a deletion did not go through: {removed}")
