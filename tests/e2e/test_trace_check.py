"""`tandem-ops trace`, which `helm test` runs: one trace through every service, looked up where traces are kept."""

import pytest
from devstack.identity import MACHINE_CLIENT
from devstack.testing import StackUnderTest
from ops.topology import SERVICES
from ops.trace import Client, TraceLost, follow

from tests.journeys import open_world


@pytest.fixture(scope="module")
def client(stack: StackUnderTest) -> Client:
    """A registered program; what it may do does not matter."""
    world = open_world(stack, locale="en", zone="America/New_York", calendar="US", clock_start="2026-09-29 09:00")
    issuer = stack.issuer(world.tenant)
    machine = {"issuer": issuer, "client_id": MACHINE_CLIENT, "label": "Probe", "scopes": ["facts:write"]}
    world.hr.post("/v1/machine-clients", machine, fresh=True)
    return Client(f"{issuer}/token", MACHINE_CLIENT, stack.environment["TANDEM_CLIENT_SECRET"], "facts:write")


def test_a_trace_through_every_service_arrives_whole(stack: StackUnderTest, client: Client) -> None:
    # Of every service but the gateway at least a call and its answer.
    assert follow(stack.url, stack.traces_url, client, patience=60) >= 2 * (len(SERVICES) - 1)


def test_what_does_not_arrive_is_named(stack: StackUnderTest, client: Client) -> None:
    with pytest.raises(TraceLost, match="has no spans of directory, gateway, interview-record"):
        follow(stack.url, f"{stack.url}/nowhere", client, patience=0)


def test_a_client_that_gets_no_token_is_told_so(stack: StackUnderTest, client: Client) -> None:
    stranger = Client(client.token_url, "stranger", "guess")

    with pytest.raises(TraceLost, match="/token: HTTP Error 401"):
        follow(stack.url, stack.traces_url, stranger, patience=0)
