#!/usr/bin/env python3
"""The dashboard on a full appliance: dashboard.py [--binary PATH] [--documents 10000] [--questions 100000]

Reads that many documents and invents that many questions, then prints the median, the 95th percentile and the slowest of 200 requests to the overview, to the list
of knowledge and to its filters, over HTTPS with a session, and which statement of each page took longest.
"""
import argparse
import http.client
import json
import pathlib
import re
import signal
import ssl
import statistics
import subprocess
import tempfile
import time
import urllib.parse

REQUESTS = 200
WORKSPACE = "harbour-and-vale"
PAGES = {
    "overview": "",
    "knowledge": "/knowledge",
    "knowledge, last page": "/knowledge?page=200",
    "knowledge, search": "/knowledge?text=volume+77",
    "knowledge, expires soon": "/knowledge?age=soon",
    "gaps": "/gaps",
}


def write_documents(folder, count):
    for number in range(count):
        path = folder / f"{number % 100:02}" / f"{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# Volume {number}\n\nShelf {number * 7 % 9973} holds the letters of the year {1500 + number % 500}.\n")


class Browser:
    """One connection that is kept, and the session's cookie."""

    def __init__(self, port):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self.connection = http.client.HTTPSConnection("127.0.0.1", port, context=context)
        self.cookies = {}

    def send(self, method, path, fields=None):
        headers = {"sec-fetch-site": "same-origin", "cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if fields is not None:
            headers["content-type"], body = "application/x-www-form-urlencoded", urllib.parse.urlencode(fields)
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        response.read()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";")[0]
        return response.status

    def sign_in(self, email, password, code):
        assert self.send("POST", "/dashboard/sign-in", {"email": email, "password": password}) == 303
        assert self.send("POST", "/dashboard/sign-in/code", {"code": code}) == 303


class Server:
    def __init__(self, binary, data, level):
        config = data / "config.toml"
        config.write_text(re.sub(r'^level = ".*"', f'level = "{level}"', config.read_text(), flags=re.M))
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([binary, "serve", "--data", data], stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.port = None
        for line in self.process.stdout:
            if found := re.search(r"listens on https://\S+:(\d+)", line):
                self.port = int(found.group(1))
            if "openapi.json" in line:
                break

    def lines(self):
        self.log.seek(0)
        return self.log.read().splitlines()

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def prepare(binary, folder, documents, questions):
    data = folder / "data"
    command = [binary, "demo", "--data", data, "--listen", "127.0.0.1:0", "--history", str(questions), "--once"]
    started = time.perf_counter()
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    print(f"{questions} questions kept in {time.perf_counter() - started:.0f} s")
    account = {name: re.search(pattern, said, re.M).group(1) for name, pattern in {
        "email": r"^  e-mail +(\S+)", "password": r"^  password +(\S+)", "codes": r"each good once: (.+)"}.items()}
    write_documents(folder / "source", documents)
    started = time.perf_counter()
    subprocess.run([binary, "ingest", folder / "source", "--workspace", WORKSPACE, "--data", data], check=True, stdout=subprocess.DEVNULL)
    print(f"{documents} documents read in {time.perf_counter() - started:.0f} s")
    return data, account["email"], account["password"], account["codes"].split()


def slowest_statement(lines):
    """The longest line of the statements' profile, and its time in milliseconds."""
    found = [json.loads(line)["fields"] for line in lines if '"statement"' in line]
    worst = max(found, key=lambda fields: fields["micros"], default=None)
    return (worst["micros"] / 1000, worst["sql"]) if worst else (0, "none")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path, required=True)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=100_000)
    options = parser.parse_args()
    binary = options.binary.resolve()
    with tempfile.TemporaryDirectory() as name:
        data, email, password, codes = prepare(binary, pathlib.Path(name), options.documents, options.questions)
        config = data / "config.toml"
        config.write_text(config.read_text().replace('format = "text"', 'format = "json"'))
        server = Server(binary, data, "info")
        try:
            # Gaps are asked about first, since the documents came.
            time.sleep(20)
            browser = Browser(server.port)
            browser.sign_in(email, password, codes.pop())
            print(f"{'page':26} {'median':>9} {'p95':>9} {'slowest':>9}")
            for title, path in PAGES.items():
                times = []
                for _ in range(REQUESTS):
                    started = time.perf_counter()
                    assert browser.send("GET", f"/dashboard/w/{WORKSPACE}{path}") == 200
                    times.append((time.perf_counter() - started) * 1000)
                times.sort()
                print(f"{title:26} {statistics.median(times):6.1f} ms {times[int(REQUESTS * 0.95)]:6.1f} ms {times[-1]:6.1f} ms")
        finally:
            server.end()
        server = Server(binary, data, "debug")
        try:
            browser = Browser(server.port)
            browser.sign_in(email, password, codes.pop())
            print("\nthe slowest statement of each page")
            for title, path in PAGES.items():
                browser.send("GET", f"/dashboard/w/{WORKSPACE}{path}")
                seen = len(server.lines())
                browser.send("GET", f"/dashboard/w/{WORKSPACE}{path}")
                time.sleep(0.3)
                milliseconds, sql = slowest_statement(server.lines()[seen:])
                print(f"{title:26} {milliseconds:6.1f} ms  {sql[:160]}")
        finally:
            server.end()


if __name__ == "__main__":
    main()
