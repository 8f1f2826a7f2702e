"""A process that is not on the list, or not who it says, gets no answer from the running services."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID

import grpc
import pytest
from common.grpc_server import DETAILS_TRAILER, IDENTITY_HEADER
from common.identity import Identity, TokenMint
from common.signing_key import SigningKey, new_signing_pem
from common.workload import WORKLOAD_HEADER
from devstack.keys import write_private
from devstack.testing import StackUnderTest
from google.rpc import error_details_pb2, status_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from ops.topology import BY_NAME
from tandem.directory.v1 import identity_pb2
from tandem.directory.v1.directory_service_pb2_grpc import DirectoryServiceStub

from tests.rest import Actor

pytestmark = pytest.mark.faults

NO_TENANT = UUID(int=0)
Code = grpc.StatusCode


class Caller:
    """A process beside the stack that calls directory with whatever it got hold of."""

    def __init__(self, stack: StackUnderTest, channel: grpc.Channel) -> None:
        self._stack = stack
        self._stub = DirectoryServiceStub(channel)

    def answer(self, workload: str | None, signed_by: str | SigningKey) -> tuple[grpc.StatusCode, str]:
        """Ask for the issuers under an identity signed by a service's own key, or by one given; status and reason."""
        key = self._stack.keys.signing_key(signed_by) if isinstance(signed_by, str) else signed_by
        service = key.kid.partition(":")[0]
        identity = TokenMint(service, lambda: key).mint(Identity.of_service(service, NO_TENANT), datetime.now(UTC))
        metadata = [(IDENTITY_HEADER, identity)]
        if workload is not None:
            metadata.append((WORKLOAD_HEADER, workload))
        try:
            self._stub.ListIssuers(identity_pb2.ListIssuersRequest(), timeout=10, metadata=metadata)
        except grpc.RpcError as refused:
            trailers = dict(refused.trailing_metadata() or ())
            info = error_details_pb2.ErrorInfo()
            for detail in status_pb2.Status.FromString(trailers[DETAILS_TRAILER]).details:
                detail.Unpack(info)
            return refused.code(), info.reason
        return Code.OK, ""


@pytest.fixture(scope="module")
def channel(faulty: StackUnderTest) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(f"127.0.0.1:{faulty.ports['directory']}") as opened:
        yield opened


@pytest.fixture
def caller(faulty: StackUnderTest, channel: grpc.Channel) -> Caller:
    return Caller(faulty, channel)


def token(stack: StackUnderTest, caller: str, callee: str) -> str:
    """Return the token that the caller's process holds for its callee at this moment."""
    return (stack.workloads.tokens_of(caller) / callee).read_text()


def refusals(stack: StackUnderTest, service: str, why: str) -> list[str]:
    """Return what the service logged of calls refused for this reason."""
    return [line for line in stack.log(service).splitlines() if "workload_refused" in line and f'"{why}"' in line]


def test_the_gateways_own_token_and_word_are_taken(faulty: StackUnderTest, caller: Caller) -> None:
    assert caller.answer(token(faulty, "gateway", "directory"), "gateway") == (Code.OK, "")


def test_a_service_that_is_not_on_the_list_is_refused(faulty: StackUnderTest, caller: Caller) -> None:
    assert "directory" not in BY_NAME["metrics"].calls
    own = faulty.workloads.token("metrics", "directory")
    assert caller.answer(own, "metrics") == (Code.PERMISSION_DENIED, "WORKLOAD_NOT_LISTED")
    # Nor with the gateway's word in its hand.
    assert caller.answer(own, "gateway") == (Code.PERMISSION_DENIED, "WORKLOAD_NOT_LISTED")
    assert refusals(faulty, "directory", "not_listed")


def test_a_token_that_one_callee_was_sent_is_no_use_at_another(faulty: StackUnderTest, caller: Caller) -> None:
    stolen = token(faulty, "gateway", "scheduling")
    assert caller.answer(stolen, "gateway") == (Code.UNAUTHENTICATED, "WORKLOAD_REFUSED")


@pytest.mark.parametrize(
    "changes",
    [{"exp": 1}, {"nbf": 1 << 40}, {"iss": "https://other.example"}, {"aud": ["tandem-directory", "tandem-metrics"]}],
    ids=["expired", "not yet", "of another cluster", "for two audiences"],
)
def test_a_token_that_does_not_fit_is_refused(
    faulty: StackUnderTest, caller: Caller, changes: dict[str, object]
) -> None:
    unfit = faulty.workloads.token("gateway", "directory", **changes)
    assert caller.answer(unfit, "gateway") == (Code.UNAUTHENTICATED, "WORKLOAD_REFUSED")


def test_a_process_without_a_token_is_refused(caller: Caller) -> None:
    assert caller.answer(None, "gateway") == (Code.UNAUTHENTICATED, "WORKLOAD_REFUSED")


def test_a_listed_service_cannot_pass_on_the_gateways_word(faulty: StackUnderTest, caller: Caller) -> None:
    own = token(faulty, "interview-record", "directory")
    assert caller.answer(own, "gateway")[0] is Code.UNAUTHENTICATED
    assert caller.answer(own, "notification")[0] is Code.UNAUTHENTICATED
    assert refusals(faulty, "directory", "identity")
    # Let in under its own name: what the method then says is not about who calls.
    assert caller.answer(own, "interview-record")[0] is not Code.UNAUTHENTICATED


def test_health_is_told_to_everybody(channel: grpc.Channel) -> None:
    reply = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(service="readiness"), timeout=10)
    assert reply.status == health_pb2.HealthCheckResponse.SERVING


def test_tokens_and_the_issuers_key_change_while_the_product_is_used(
    faulty: StackUnderTest, tenant: SimpleNamespace
) -> None:
    first = token(faulty, "gateway", "directory")
    faulty.workloads.announce_key()
    tenant.admin.get("/v1/me")
    faulty.workloads.use_announced_key()
    assert token(faulty, "gateway", "directory") != first
    # Longer than a list of keys is held, so that the old key is forgotten.
    end = time.monotonic() + 13
    while time.monotonic() < end:
        tenant.admin.get("/v1/units")
        time.sleep(0.2)


def test_tokens_are_renewed_before_they_expire(faulty: StackUnderTest, tenant: SimpleNamespace) -> None:
    first = token(faulty, "gateway", "directory")
    end = time.monotonic() + faulty.workloads.life
    while token(faulty, "gateway", "directory") == first:
        assert time.monotonic() < end
        time.sleep(0.5)
    tenant.admin.get("/v1/units")


def test_the_gateways_signing_key_changes_while_the_product_is_used(
    faulty: StackUnderTest, tenant: SimpleNamespace, caller: Caller
) -> None:
    keys = faulty.keys
    old = {name: keys.signing_key(name) for name in BY_NAME}
    pem = new_signing_pem(development=True)
    new = SigningKey.of_pem("gateway", pem)

    keys.trust([*old.values(), new])
    write_private(keys.signing_key_file("gateway"), pem)
    # A new login, whose identity the new key signs; the others' are signed again within half a minute.
    admin = Actor(faulty, tenant.name, "hr-1", "en")
    for _ in range(10):
        admin.get("/v1/units")
        tenant.admin.get("/v1/units")

    keys.trust([new, *(key for name, key in old.items() if name != "gateway")])
    for _ in range(10):
        admin.get("/v1/units")
    own = token(faulty, "gateway", "directory")
    assert caller.answer(own, "gateway") == (Code.OK, "")
    assert caller.answer(own, old["gateway"])[0] is Code.UNAUTHENTICATED
    keys.trust([*old.values(), new])
