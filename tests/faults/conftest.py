"""Fault tests on a whole stack of their own, so that what they kill disturbs no journey."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from devstack.background import Background
from devstack.testing import StackUnderTest

from tests.faults import history
from tests.rest import Actor


@pytest.fixture(scope="session")
def faulty(server_folder: Path, background: Background, npm_packages: Path) -> Iterator[StackUnderTest]:
    """Return a whole stack whose processes may be killed."""
    stack = StackUnderTest(server_folder / "faulty", background, npm_packages)
    stack.up()
    yield stack
    stack.down()


@pytest.fixture(scope="session")
def tenant(faulty: StackUnderTest) -> SimpleNamespace:
    """Return a tenant with its administrator."""
    faulty.create_tenant("faults", first_admin="hr-1", locale="en", zone="Europe/Berlin", calendar="DE")
    admin = Actor(faulty, "faults", "hr-1", "en")
    # The first login is bound before anything is killed.
    admin.get("/v1/me")
    return SimpleNamespace(name="faults", admin=admin)


@pytest.fixture
def check(faulty: StackUnderTest) -> Callable[[], None]:
    """Return the history checker: waits for quiet, then demands that nothing was lost, doubled or disordered."""

    def clean() -> None:
        asyncio.run(history.quiet(faulty.superuser_dsn))
        assert asyncio.run(history.findings(faulty.superuser_dsn)) == []

    return clean
