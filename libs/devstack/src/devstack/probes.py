"""How to see from outside that a server is ready."""

import asyncio
from collections.abc import Awaitable, Callable

from devstack.ports import HOST


def http_ok(port: int, path: str) -> Callable[[], Awaitable[bool]]:
    """Return a probe that is true when `GET path` on the loopback port answers 200."""

    async def probe() -> bool:
        reader, writer = await asyncio.open_connection(HOST, port)
        try:
            writer.write(f"GET {path} HTTP/1.0\r\nHost: {HOST}:{port}\r\n\r\n".encode())
            await writer.drain()
            status = await reader.readline()
            return status.split(b" ")[1:2] == [b"200"]
        finally:
            writer.close()

    return probe


def grpc_serving(port: int, service: str = "readiness") -> Callable[[], Awaitable[bool]]:
    """Return a probe that is true when the gRPC health service on the loopback port says SERVING."""

    async def probe() -> bool:
        from grpc import RpcError, aio
        from grpc_health.v1 import health_pb2, health_pb2_grpc

        async with aio.insecure_channel(f"{HOST}:{port}") as channel:
            check = health_pb2_grpc.HealthStub(channel).Check
            try:
                answer = await check(health_pb2.HealthCheckRequest(service=service), timeout=2)
            except RpcError:
                return False
            return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)

    return probe
