#!/usr/bin/env python3
"""The appliance as a whole: appliance.py [--binary PATH] [--copies 40]

Prints the binary's size, the resident memory of all processes of an idle `serve` with the sample knowledge base, and the time from starting
`anchorite ask` to its answer over some 10,000 passages (the sample, copied under other titles), warm disk.
"""
import argparse
import pathlib
import re
import signal
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "assets/demo/kb"
QUESTION = "What are the opening hours of the Stannerbridge branch?"


def resident_kib(pid):
    """Of a process and all its descendants."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    own = int(re.search(r"VmRSS:\s+(\d+)", status).group(1))
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return own + sum(resident_kib(child) for child in children)


def initialised(binary, folder):
    data = folder / "data"
    subprocess.run([binary, "init", "--data", data], check=True, stdout=subprocess.DEVNULL)
    config = data / "config.toml"
    config.write_text(config.read_text().replace('listen = "127.0.0.1:8443"', 'listen = "127.0.0.1:0"'))
    return data


def idle_memory(binary, folder):
    data = initialised(binary, folder)
    subprocess.run([binary, "ingest", SAMPLE, "--data", data], check=True, stdout=subprocess.DEVNULL)
    server = subprocess.Popen([binary, "serve", "--data", data], stdout=subprocess.PIPE, text=True)
    try:
        while "openapi.json" not in server.stdout.readline():
            pass
        # The index is read right after that line.
        time.sleep(2)
        return resident_kib(server.pid) / 1024
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


def start_to_answer(binary, folder, copies):
    data, source = initialised(binary, folder), folder / "source"
    for copy in range(copies):
        for path in SAMPLE.rglob("*.md"):
            target = source / str(copy) / path.relative_to(SAMPLE)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(re.sub(r"^# (.*)", rf"# \1, volume {copy + 1}", path.read_text(), count=1))
    ingested = subprocess.run([binary, "ingest", source, "--data", data], check=True, capture_output=True, text=True).stdout
    passages = re.search(r"(\d+) passages in ([\d.]+) s", ingested)
    times = []
    for _ in range(6):
        start = time.perf_counter()
        subprocess.run([binary, "ask", QUESTION, "--data", data], stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return int(passages.group(1)), float(passages.group(2)), statistics.median(times[1:])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--copies", type=int, default=42)
    options = parser.parse_args()
    binary = options.binary.resolve()
    print(f"binary                    {binary.stat().st_size / 1e6:8.1f} MB")
    with tempfile.TemporaryDirectory() as folder:
        print(f"idle serve, all processes {idle_memory(binary, pathlib.Path(folder)):8.1f} MiB resident")
    with tempfile.TemporaryDirectory() as folder:
        passages, ingest, answer = start_to_answer(binary, pathlib.Path(folder), options.copies)
        print(f"ingest                    {passages / ingest:8.0f} passages a second ({passages} in {ingest:.1f} s)")
        print(f"start to first answer     {answer * 1000:8.0f} ms over {passages} passages")


if __name__ == "__main__":
    main()
