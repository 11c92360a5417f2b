"""A public document of 8 MB."""
import json

# Long words, so that it is few passages: reading it in is not what is tried here.
WORD = "abcdefghijklmnopqrstuvwxyz" * 190
WORDS = 8_000_000 // len(WORD)


def store(appliance):
    """Its id."""
    folder = appliance.data.parent / "long"
    folder.mkdir()
    (folder / "long.md").write_text("# Long\n\n" + "\n\n".join(f"{WORD}{number}" for number in range(WORDS)) + "\n")
    appliance.run("ingest", str(folder), "--workspace", appliance.place)
    key = appliance.key("sources_read")
    connection = appliance.connect()
    connection.sendall(f"GET /api/v1/documents?limit=1000 HTTP/1.1\r\nHost: x\r\nAuthorization: Api-Key {key}\r\nConnection: close\r\n\r\n".encode())
    answer = b""
    while chunk := connection.recv(65536):
        answer += chunk
    listed = json.loads(answer.split(b"\r\n\r\n", 1)[1])
    return next(document["id"] for document in listed["documents"] if document["path"] == "long.md")
