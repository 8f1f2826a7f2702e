"""Calls between two services over a real channel: the caller's token travels with each, and is asked for by each."""

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest
from common.grpc_client import Callees
from common.grpc_server import CallInterceptor
from common.identity import Identity
from common.ids import new_id
from common.workload import Workloads, WorkloadTokens, workload_keys
from devstack.harness import Harness
from devstack.keys import write_private
from devstack.workloads import ISSUER, WorkloadIssuer, subject_of
from tandem.common.v1 import operations_pb2 as pb
from tandem.common.v1.operations_pb2_grpc import (
    OperationsServiceServicer,
    OperationsServiceStub,
    add_OperationsServiceServicer_to_server,
)


class Operations(OperationsServiceServicer):
    async def GetOperation(self, request: pb.GetOperationRequest, context: Any) -> pb.GetOperationResponse:
        return pb.GetOperationResponse(operation=pb.Operation(id=request.operation_id))


@pytest.fixture
def cluster(tmp_path: Path) -> WorkloadIssuer:
    made = WorkloadIssuer(tmp_path / "workloads", 60)
    made.open()
    return made


@pytest.fixture
async def directory(harness: Harness, cluster: WorkloadIssuer) -> AsyncIterator[str]:
    """The address of a directory that lets the gateway in, and nobody else."""
    keys = workload_keys(str(cluster.keys_file))
    workloads = Workloads("directory", ISSUER, {"gateway": subject_of("gateway")}, keys)
    server = grpc.aio.server(interceptors=[CallInterceptor("directory", harness.verifier, workloads)])
    add_OperationsServiceServicer_to_server(Operations(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    yield f"127.0.0.1:{port}"
    await server.stop(None)


async def ask(callees: Callees) -> grpc.StatusCode:
    stub = OperationsServiceStub(callees.channel("directory"))
    metadata = callees.metadata(Identity.of_service(callees.service, new_id()))
    try:
        await stub.GetOperation(pb.GetOperationRequest(operation_id=str(new_id())), timeout=10, metadata=metadata)
    except grpc.aio.AioRpcError as refused:
        return refused.code()
    return grpc.StatusCode.OK


async def test_each_call_carries_the_token_of_its_moment(
    directory: str, harness: Harness, cluster: WorkloadIssuer
) -> None:
    folder = cluster.tokens_of("gateway")
    gateway = Callees("gateway", {"directory": directory}, harness.mint, WorkloadTokens(folder, ["directory"]))
    assert await ask(gateway) is grpc.StatusCode.OK

    write_private(folder / "directory", cluster.token("gateway", "directory", exp=int(time.time()) - 1))
    assert await ask(gateway) is grpc.StatusCode.UNAUTHENTICATED
    cluster.renew()
    assert await ask(gateway) is grpc.StatusCode.OK
    await gateway.close()


async def test_a_caller_without_tokens_or_with_anothers_is_refused(
    directory: str, harness: Harness, cluster: WorkloadIssuer, tmp_path: Path
) -> None:
    bare = Callees("gateway", {"directory": directory}, harness.mint)
    assert await ask(bare) is grpc.StatusCode.UNAUTHENTICATED
    await bare.close()

    (tmp_path / "metrics").mkdir()
    write_private(tmp_path / "metrics" / "directory", cluster.token("metrics", "directory"))
    tokens = WorkloadTokens(tmp_path / "metrics", ["directory"])
    metrics = Callees("metrics", {"directory": directory}, harness.mint, tokens)
    assert await ask(metrics) is grpc.StatusCode.PERMISSION_DENIED
    await metrics.close()
