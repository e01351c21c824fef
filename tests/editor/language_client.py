"""An editor, as far as a language server can tell: messages on pipes, each with its length before it."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading

SECONDS = 60
"""How long an answer may take on a machine that is busy with other things."""


class LanguageClient:
    """Talks to `abidance lsp`. Positions are as the protocol counts them: lines from 0, columns in UTF-16 units."""

    def __init__(self, folder, capabilities=None):
        command = (sys.executable, "-m", "abidance", "lsp")
        self.process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self.replies = {}
        self.published = {}
        self.messages = []
        self.versions = {}
        self._arrived = queue.Queue()
        self._number = 0
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()
        started = {"processId": None, "rootUri": folder.as_uri(), "capabilities": capabilities or {}}
        self.server = self.ask("initialize", started)["capabilities"]
        self.tell("initialized", {})

    def _read(self):
        stream = self.process.stdout
        while head := stream.readline():
            length = int(head.split(b":")[1])
            while stream.readline().strip():
                pass
            self._arrived.put(json.loads(stream.read(length)))
        self._arrived.put(None)

    def _send(self, message):
        raw = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(raw), raw))
        self.process.stdin.flush()

    def _take(self):
        message = self._arrived.get(timeout=SECONDS)
        assert message is not None, self.process.stderr.read().decode()
        if "method" not in message:
            self.replies[message["id"]] = message
        elif message["method"] == "textDocument/publishDiagnostics":
            self.published.setdefault(message["params"]["uri"], []).append(message["params"]["diagnostics"])
        elif message["method"] == "window/showMessage":
            self.messages.append(message["params"]["message"])

    def tell(self, method, params):
        """Send a notification."""
        self._send({"method": method, "params": params})

    def ask(self, method, params):
        """Send a request and return its result."""
        self._number += 1
        number = self._number
        self._send({"id": number, "method": method, "params": params})
        while number not in self.replies:
            self._take()
        reply = self.replies.pop(number)
        assert "error" not in reply, reply["error"]
        return reply["result"]

    def write(self, path, text):
        """Open a document, or change it; nothing is saved."""
        uri = path.as_uri()
        version = self.versions[uri] = self.versions.get(uri, 0) + 1
        document = {"uri": uri, "version": version}
        if version == 1:
            self.tell(
                "textDocument/didOpen", {"textDocument": {**document, "languageId": "yaml", "text": text}}
            )
        else:
            self.tell(
                "textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]}
            )

    def shut(self, path):
        """Close a document."""
        self.tell("textDocument/didClose", {"textDocument": {"uri": path.as_uri()}})
        assert self.problems(path) == []
        self.versions.pop(path.as_uri())

    def problems(self, path):
        """Return what is published next of a document."""
        listed = self.published.setdefault(path.as_uri(), [])
        while not listed:
            self._take()
        return listed.pop(0)

    def at(self, method, path, line, character, **more):
        """Send a request about a place and return its result."""
        place = {"textDocument": {"uri": path.as_uri()}, "position": {"line": line, "character": character}}
        return self.ask(f"textDocument/{method}", {**place, **more})

    def close(self):
        """End the server as editors do; return its exit status."""
        self.ask("shutdown", None)
        self.tell("exit", None)
        status = self.process.wait(SECONDS)
        self._reading.join(SECONDS)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            stream.close()
        return status
