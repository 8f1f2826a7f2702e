"""Run the sink: `python -m devstack.traces PORT`, on the loopback address."""

import gzip
import json
import signal
import sys
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from urllib.parse import parse_qsl, unquote, urlsplit

from google.protobuf.message import DecodeError

from devstack.ports import HOST
from devstack.traces import jaeger
from devstack.traces.ring import Ring
from devstack.traces.spans import read_metrics, read_spans

POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:"
PAGES = {
    "": ("viewer.html", "text/html"),
    "viewer.css": ("viewer.css", "text/css"),
    "viewer.js": ("viewer.js", "text/javascript"),
}
_HERE = files(__package__ or "devstack.traces")


class Sink(BaseHTTPRequestHandler):
    """`/v1/traces` and `/v1/metrics` take OTLP; `/api/...` answers as Jaeger's query does; `/` is the page."""

    protocol_version = "HTTP/1.1"

    def __init__(self, ring: Ring, *connection: object) -> None:
        self._ring = ring
        super().__init__(*connection)  # type: ignore[arg-type]

    def do_POST(self) -> None:
        """Take one export."""
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.headers.get("content-type", "").partition(";")[0] != "application/x-protobuf":
            self._json(415, {"errors": [{"code": 415, "msg": "OTLP as protobuf is taken, nothing else"}]})
            return
        try:
            content = gzip.decompress(body) if self.headers.get("content-encoding") == "gzip" else body
            match self.path:
                case "/v1/traces":
                    self._ring.add(list(read_spans(content)))
                case "/v1/metrics":
                    self._ring.add_metrics(list(read_metrics(content)))
                case _:
                    self._missing()
                    return
        except (DecodeError, OSError, EOFError):
            self._json(400, {"errors": [{"code": 400, "msg": "this is no OTLP"}]})
            return
        # An empty answer is OTLP's "all taken".
        self._send(200, "application/x-protobuf", b"")

    def do_GET(self) -> None:
        """Answer a page or JSON."""
        url = urlsplit(self.path)
        query = dict(parse_qsl(url.query))
        match [unquote(part) for part in url.path.strip("/").split("/")]:
            case [name] if name in PAGES:
                file, kind = PAGES[name]
                self._send(200, f"{kind}; charset=utf-8", _HERE.joinpath(file).read_bytes())
            case ["healthz"]:
                self._json(200, {})
            case ["api", "services"]:
                self._json(200, jaeger.answer(jaeger.services(self._ring)))
            case ["api", "services", service, "operations"]:
                names = {each["name"] for each in jaeger.operations(self._ring, service)}
                self._json(200, jaeger.answer(sorted(names)))
            case ["api", "operations"]:
                self._json(200, jaeger.answer(jaeger.operations(self._ring, query.get("service", ""))))
            case ["api", "traces"]:
                self._search(query)
            case ["api", "traces", trace_id] if trace := self._ring.get(trace_id.lower()):
                self._json(200, jaeger.answer([jaeger.as_json(trace)]))
            case ["api", "dependencies"]:
                self._json(200, jaeger.answer(jaeger.dependencies(self._ring)))
            case ["api", "metrics"]:
                self._json(200, jaeger.answer(self._ring.metrics(query.get("service"))))
            case _:
                self._missing()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: services export all the time."""

    def _search(self, query: dict[str, str]) -> None:
        try:
            self._json(200, jaeger.answer(jaeger.search(self._ring, query)))
        except ValueError as wrong:
            self._json(400, {"data": None, "errors": [{"code": 400, "msg": str(wrong)}]})

    def _missing(self) -> None:
        self._json(404, {"data": None, "errors": [{"code": 404, "msg": "trace not found"}]})

    def _json(self, status: int, content: object) -> None:
        self._send(status, "application/json", json.dumps(content, ensure_ascii=False).encode())

    def _send(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(body)))
        self.send_header("content-security-policy", POLICY)
        self.send_header("x-content-type-options", "nosniff")
        self.end_headers()
        self.wfile.write(body)


def serve(port: int) -> ThreadingHTTPServer:
    """Return a server over an empty ring, bound but not yet running; port 0 takes any."""
    server = ThreadingHTTPServer((HOST, port), partial(Sink, Ring()))
    server.daemon_threads = True
    return server


def main() -> None:
    """Serve until SIGTERM."""
    server = serve(int(sys.argv[1]))
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"traces sent to http://{HOST}:{server.server_port} are shown there")
    stopped.wait()
    server.shutdown()


if __name__ == "__main__":
    main()
