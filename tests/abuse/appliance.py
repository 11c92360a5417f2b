"""An appliance of its own, with the sample knowledge base, an account and a key, and raw connections to it."""
import http.client
import json
import os
import pathlib
import re
import resource
import signal
import socket
import ssl
import subprocess
import time
import urllib.parse

WORKSPACE = "main"


def raise_descriptor_limit():
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def context():
    made = ssl.create_default_context()
    made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    return made


class Appliance:
    # Soft, so that the server has to raise it.
    DESCRIPTORS = 1024

    def __init__(self, binary, folder):
        self.binary, self.data = binary, folder / "data"
        self.run("demo", "--listen", "127.0.0.1:0", "--history", "0", "--once")
        self.process = self.port = None

    def run(self, *arguments):
        command = [self.binary, *arguments, "--data", self.data]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def key(self, *scopes):
        asked = [word for scope in scopes for word in ("--scope", scope)]
        return json.loads(self.run("keys", "create", "--json", "--workspace", self.workspace, *asked))["token"]

    @property
    def workspace(self):
        return json.loads(self.run("workspace", "list", "--json"))[0]["name"]

    def start(self):
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        self.log = open(self.data.parent / "log", "w")
        self.process = subprocess.Popen(
            [self.binary, "serve", "--data", self.data], stdout=subprocess.PIPE, stderr=self.log, text=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (min(self.DESCRIPTORS, hard), hard)),
        )
        for line in self.process.stdout:
            if found := re.search(r"listens on https://\S+:(\d+)", line):
                self.port = int(found.group(1))
            if "openapi.json" in line:
                return
        raise SystemExit((self.data.parent / "log").read_text())

    def __enter__(self):
        self.place = self.workspace
        self.start()
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        self.log.close()

    def web(self):
        """Where the kernel says how the web process is."""
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for child in children:
            if b"\0web\0" in pathlib.Path(f"/proc/{child}/cmdline").read_bytes():
                return pathlib.Path(f"/proc/{child}")
        raise SystemExit("the web process is gone")

    def resident_mib(self):
        return int(re.search(r"VmRSS:\s+(\d+)", (self.web() / "status").read_text()).group(1)) / 1024

    def sockets(self):
        return sum(os.readlink(file).startswith("socket") for file in (self.web() / "fd").iterdir())

    def connect(self, source="127.0.0.1", receive_buffer=None):
        """A TLS connection; `source` is the loopback address that it comes from."""
        raw = socket.socket()
        if receive_buffer:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        raw.settimeout(20)
        raw.bind((source, 0))
        raw.connect(("127.0.0.1", self.port))
        return context().wrap_socket(raw)

    def send(self, method, path, body, headers, timeout):
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=context(), timeout=timeout)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            response.read()
            return response.status
        except http.client.HTTPException as error:
            raise OSError(str(error)) from error
        finally:
            connection.close()

    def get(self, path, timeout):
        return self.send("GET", path, None, {}, timeout)

    def first_document(self):
        """The path of a document."""
        listed = self.fetch("/api/v1/documents?limit=1", {"authorization": f"Api-Key {self.key('sources_read')}"})
        return json.loads(listed)["documents"][0]["path"]

    def fetch(self, path, headers):
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=context(), timeout=20)
        try:
            connection.request("GET", path, None, headers)
            return connection.getresponse().read()
        finally:
            connection.close()

    @staticmethod
    def wait(holds, seconds):
        """Looks again and again until something holds."""
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                raise SystemExit("what was waited for did not come")
            time.sleep(0.2)

    def ask(self, question, timeout):
        body = urllib.parse.urlencode({"question": question})
        return self.send("POST", f"/help/{self.place}", body, {"content-type": "application/x-www-form-urlencoded"}, timeout)


def attackers(count):
    """Addresses of loopback that are not the honest client's."""
    return [f"127.0.1.{number}" for number in range(1, count + 1)]
