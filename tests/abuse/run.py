#!/usr/bin/env python3
"""What the appliance does while somebody abuses it: run.py --binary PATH [SCENARIO ...]

Each file of scenarios/ is one way to abuse it: `attack(appliance)`, a context manager, is in the middle of it while its block runs. One line for each: the
resident memory of the web process before and meanwhile, and whether `/health` and a question were answered meanwhile, in which time. HEALTH is the status that `/health` has to have then, `room` the folder of the appliance. Ends with 1 when one was
not, or when memory grew by more than the scenario's MEMORY_MIB. Only loopback is used, and everything that was started is ended.
"""
import argparse
import contextlib
import importlib
import pathlib
import sys
import tempfile
import time

from appliance import Appliance, raise_descriptor_limit

HERE = pathlib.Path(__file__).resolve().parent
# In which a client that does no harm has to be answered.
PATIENCE_SECONDS = 10


def answered(send, expected=200):
    """How long an answer took; None: there was none."""
    started = time.perf_counter()
    try:
        return time.perf_counter() - started if send() == expected else None
    except OSError:
        return None


def shown(seconds):
    return "NO ANSWER" if seconds is None else f"{seconds * 1000:6.0f} ms"


@contextlib.contextmanager
def folder():
    with tempfile.TemporaryDirectory(prefix="anchorite-abuse-") as made:
        yield pathlib.Path(made)


def run(name, scenario, appliance):
    if hasattr(scenario, "prepare"):
        scenario.prepare(appliance)
    before = appliance.resident_mib()
    with scenario.attack(appliance) as what:
        health = answered(lambda: appliance.get("/health", PATIENCE_SECONDS), getattr(scenario, "HEALTH", 200))
        question = answered(lambda: appliance.ask("How do I close my account?", PATIENCE_SECONDS))
        meanwhile = max(appliance.resident_mib(), appliance.resident_mib())
    fits = meanwhile - before <= scenario.MEMORY_MIB
    held = health is not None and question is not None and fits
    print(
        f"{'held' if held else 'FELL'}  {name:16} {before:6.0f} -> {meanwhile:6.0f} MiB{'' if fits else ' (too much)'}"
        f"  health {shown(health)}  question {shown(question)}  {what or ''}",
        flush=True,
    )
    return held


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("scenario", nargs="*")
    options = parser.parse_args()
    raise_descriptor_limit()
    sys.path.insert(0, str(HERE))
    names = options.scenario or sorted(path.stem for path in (HERE / "scenarios").glob("[a-z]*.py"))
    all_held = True
    for name in names:
        scenario = importlib.import_module(f"scenarios.{name}")
        # A fresh one for each: what one left behind is not charged to the next.
        with getattr(scenario, "room", folder)() as place:
            if place is None:
                print(f"----  {name:16} not tried: it needs a file system of its own, which only root may mount", flush=True)
                continue
            with Appliance(options.binary.resolve(), place) as appliance:
                all_held &= run(name, scenario, appliance)
    sys.exit(0 if all_held else 1)


if __name__ == "__main__":
    main()
