"""Calls to a service with several replicas go to those that are there."""

import grpc.aio
import pytest
from common.grpc_client import Callees, target
from devstack.harness import Harness
from devstack.ports import any_free
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1._async import HealthServicer


class Counting(HealthServicer):
    """Answers, and counts how often."""

    calls = 0

    async def Check(self, request: health_pb2.HealthCheckRequest, context: object) -> health_pb2.HealthCheckResponse:
        self.calls += 1
        return health_pb2.HealthCheckResponse(status=health_pb2.HealthCheckResponse.SERVING)


async def serve(port: int) -> tuple[grpc.aio.Server, Counting]:
    server, replica = grpc.aio.server(options=[("grpc.so_reuseport", 0)]), Counting()
    health_pb2_grpc.add_HealthServicer_to_server(replica, server)
    assert server.add_insecure_port(f"127.0.0.1:{port}") == port
    await server.start()
    return server, replica


async def test_a_replica_that_goes_is_passed_over_and_one_that_is_back_is_used(harness: Harness) -> None:
    ports = any_free(2)
    (first, one), (second, other) = [await serve(port) for port in ports]
    callees = Callees("gateway", {"directory": [f"127.0.0.1:{port}" for port in ports]}, harness.mint)
    check = health_pb2_grpc.HealthStub(callees.channel("directory")).Check

    async def call(times: int) -> None:
        for _ in range(times):
            await check(health_pb2.HealthCheckRequest(), timeout=10)

    await call(20)
    assert one.calls + other.calls == 20
    assert min(one.calls, other.calls) > 0
    await first.stop(None)
    await call(20)
    assert one.calls + other.calls == 40
    first, one = await serve(ports[0])
    await second.stop(None)
    await call(20)
    assert one.calls > 0
    await callees.close()
    await first.stop(None)


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("tandem-directory:50051", "dns:///tandem-directory:50051"),
        (["tandem-directory:50051"], "dns:///tandem-directory:50051"),
        ("dns:///directory.svc:50051", "dns:///directory.svc:50051"),
        (["10.0.0.1:50051", "10.0.0.2:50051"], "ipv4:10.0.0.1:50051,10.0.0.2:50051"),
        (["[fd00::1]:50051", "[fd00::2]:50051"], "ipv6:[fd00::1]:50051,[fd00::2]:50051"),
    ],
)
def test_an_address_is_named_as_grpc_wants_it(address: str | list[str], named: str) -> None:
    assert target(address) == named


@pytest.mark.parametrize("addresses", [["one:1", "two:1"], ["10.0.0.1:1", "[fd00::1]:1"]])
def test_several_addresses_that_grpc_cannot_take_together_are_refused(addresses: list[str]) -> None:
    with pytest.raises(ValueError, match="addresses"):
        target(addresses)
