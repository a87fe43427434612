"""The twin as a process of its own, for tests that kill the site in the middle of a payment.

python -m payments.sandbox.server STORE PORT     (port 0 takes a free one; the address is printed)
"""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from .api import answer
from .store import Store


class Handler(BaseHTTPRequestHandler):
    """Gives each request to the twin and its answer back."""

    protocol_version = "HTTP/1.1"
    store: Store

    def do_GET(self) -> None:
        self._answer("GET", urlsplit(self.path).query)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self._answer("POST", self.rfile.read(length).decode())

    def _answer(self, method: str, encoded: str) -> None:
        said = answer(self.store, method, urlsplit(self.path).path, encoded, dict(self.headers.items()))
        body = said.body.encode()
        self.send_response(said.status)
        for name, value in said.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the twin's own record says what was asked."""


def serve(path: str, port: int) -> ThreadingHTTPServer:
    """A server on 127.0.0.1 that has not begun yet; `server_address` says where."""
    handler = type("BoundHandler", (Handler,), {"store": Store(path)})
    return ThreadingHTTPServer(("127.0.0.1", port), handler)


if __name__ == "__main__":
    server = serve(sys.argv[1], int(sys.argv[2]))
    sys.stdout.write(f"http://127.0.0.1:{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()
