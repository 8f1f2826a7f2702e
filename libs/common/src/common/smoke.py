"""A look at a running installation from outside: does what answers there say that it is ready?"""

import json
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

SECONDS = 10
USAGE = "usage: service smoke http[s]://GATEWAY | grpc://SERVICE:PORT"


def smoke(*urls: str) -> str | int:
    """Return 0 if everything at the URLs is ready, else what is wrong, for `sys.exit`.

    An http(s) URL is a gateway's: it is ready and describes its API. A grpc URL is a service's: its health is SERVING.
    """
    if not urls:
        return USAGE
    for url in urls:
        wrong = _grpc(url) if url.startswith("grpc://") else _http(url) if url.startswith("http") else USAGE
        if wrong:
            return f"{url}: {wrong}"
        print(f"{url}: ready")
    return 0


def _http(url: str) -> str:
    try:
        _get(f"{url}/healthz/ready")
        paths = json.loads(_get(f"{url}/openapi.json")).get("paths")
    except (OSError, ValueError) as failed:
        return f"{type(failed).__name__}: {failed}"
    return "" if paths else "/openapi.json describes no path"


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=SECONDS) as answer:  # noqa: S310
        return bytes(answer.read())


def _grpc(url: str) -> str:
    with grpc.insecure_channel(urlsplit(url).netloc) as channel:
        request = health_pb2.HealthCheckRequest(service="readiness")
        try:
            answer = health_pb2_grpc.HealthStub(channel).Check(request, timeout=SECONDS, wait_for_ready=True)
        except grpc.RpcError as failed:
            return f"{failed.code().name}: {failed.details()}"
    return "" if answer.status == health_pb2.HealthCheckResponse.SERVING else "not ready"
