"""A server in front of the real Elasticsearch that fails as servers do: by a mode that a test sets."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

MODES = ("cut", "cut in the middle", "slow", "429", "503", "timed_out", "failed shards", "nonsense", "closed")


class Proxy:
    """`mode` "" passes everything on, "late" after `delay` seconds; else one of MODES. `calls` counts what came in."""

    def __init__(self, upstream: str, delay: float = 10.0) -> None:
        self.upstream, self.delay = urlsplit(upstream), delay
        self.mode, self.calls = "", 0
        self.server = _Server(("127.0.0.1", 0), _handler_of(self))
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that has gone away is what these tests are about."""


def _handler_of(proxy: Proxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: object) -> None:
            pass

        def do_any(self) -> None:
            proxy.calls += 1
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            match proxy.mode:
                case "cut" | "closed":
                    return self._hang_up()
                case "slow":
                    time.sleep(proxy.delay)
                    return self._hang_up()
                case "late":
                    time.sleep(proxy.delay)
                case "429" | "503":
                    return self._answer(int(proxy.mode), {"error": {"type": "made_up"}, "status": int(proxy.mode)})
                case "nonsense":
                    return self._answer(200, "<html>a login page of somebody else</html>")
            status, headers, body = self._ask(sent)
            if proxy.mode == "cut in the middle":
                self.send_response(status)
                self.send_header("Content-Length", str(len(body) + 100))
                self.send_header("X-Elastic-Product", "Elasticsearch")
                self.end_headers()
                self.wfile.write(body[: len(body) // 2])
                return self._hang_up()
            self._answer(status, _spoilt(proxy.mode, body), headers)

        def _ask(self, sent: bytes) -> tuple[int, dict[str, str], bytes]:
            upstream = HTTPConnection(proxy.upstream.hostname or "", proxy.upstream.port, timeout=30)
            kept = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
            upstream.request(self.command, self.path, sent, kept)
            answer = upstream.getresponse()
            body = answer.read()
            headers = dict(answer.getheaders())
            upstream.close()
            return answer.status, headers, body

        def _answer(self, status: int, body: object, headers: dict[str, str] | None = None) -> None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in (headers or {"Content-Type": "application/json"}).items():
                if name.lower() not in ("content-length", "transfer-encoding", "connection", "x-elastic-product"):
                    self.send_header(name, value)
            self.send_header("X-Elastic-Product", "Elasticsearch")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)

        def _hang_up(self) -> None:
            self.close_connection = True
            try:
                self.connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                return

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_any

    return Handler


def _spoilt(mode: str, body: bytes) -> bytes:
    """What the server said, as if it had not got round to all of it."""
    if mode not in ("timed_out", "failed shards") or not body.startswith(b"{"):
        return body
    said = json.loads(body)
    for answer in said.get("responses", [said]):
        if "hits" not in answer:
            continue
        if mode == "timed_out":
            answer["timed_out"] = True
        else:
            answer["_shards"] |= {"failed": 1, "successful": 0}
        answer["hits"]["hits"] = []
    return json.dumps(said).encode()


@contextmanager
def in_front_of(upstream: str, delay: float = 10.0) -> Iterator[Proxy]:
    proxy = Proxy(upstream, delay)
    try:
        yield proxy
    finally:
        proxy.close()
