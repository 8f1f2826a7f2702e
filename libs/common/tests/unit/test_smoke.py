"""The look from outside sees what is ready, and says what is wrong with what is not."""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import grpc
import pytest
from common.smoke import USAGE, smoke
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1.health import HealthServicer

READY = {"/healthz/ready": (200, "{}"), "/openapi.json": (200, json.dumps({"paths": {"/v1/me": {}}}))}


@pytest.fixture
def gateway() -> Iterator[Callable[[dict[str, tuple[int, str]]], str]]:
    """Return a factory: a web server that gives these answers, by path; it returns the URL."""
    servers: list[ThreadingHTTPServer] = []

    def serve(answers: dict[str, tuple[int, str]]) -> str:
        class Pages(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body = answers.get(self.path, (404, ""))
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, format: str, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def service() -> Iterator[tuple[str, HealthServicer]]:
    """Return the URL of a server with nothing but health, and its health."""
    health, server = HealthServicer(), grpc.server(ThreadPoolExecutor(2))
    health_pb2_grpc.add_HealthServicer_to_server(health, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"grpc://127.0.0.1:{port}", health
    server.stop(None)


def test_a_gateway_that_is_ready_and_describes_its_api_passes(
    gateway: Callable[[dict[str, tuple[int, str]]], str],
) -> None:
    assert smoke(gateway(READY)) == 0


@pytest.mark.parametrize(
    "answers",
    [
        {**READY, "/healthz/ready": (503, "")},
        {**READY, "/openapi.json": (200, "<html>")},
        {**READY, "/openapi.json": (200, '{"paths": {}}')},
    ],
    ids=["not ready", "another page", "no path"],
)
def test_a_gateway_that_is_not_whole_fails(
    gateway: Callable[[dict[str, tuple[int, str]]], str], answers: dict[str, tuple[int, str]]
) -> None:
    url = gateway(answers)

    assert str(smoke(url)).startswith(f"{url}: ")


def test_a_service_passes_only_while_it_is_ready(service: tuple[str, HealthServicer]) -> None:
    url, health = service
    assert smoke(url) == f"{url}: NOT_FOUND: "

    health.set("readiness", health_pb2.HealthCheckResponse.NOT_SERVING)
    assert smoke(url) == f"{url}: not ready"

    health.set("readiness", health_pb2.HealthCheckResponse.SERVING)
    assert smoke(url) == 0


def test_the_first_url_that_fails_is_named(service: tuple[str, HealthServicer]) -> None:
    assert str(smoke("http://127.0.0.1:1", service[0])).startswith("http://127.0.0.1:1: URLError")


@pytest.mark.parametrize("urls", [(), ("ftp://somewhere",)])
def test_what_cannot_be_looked_at_is_answered_with_the_usage(urls: tuple[str, ...]) -> None:
    assert USAGE in str(smoke(*urls))
