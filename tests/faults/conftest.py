"""Fault tests on a whole stack of their own, so that what they kill disturbs no journey."""

import asyncio
import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from devstack.background import Background
from devstack.testing import StackUnderTest

from tests.faults import history
from tests.faults.figures import Figures
from tests.faults.flaky import FlakyCalls
from tests.faults.proxy import FaultProxy
from tests.rest import Actor

SEED = int(os.environ.get("TANDEM_TEST_SEED") or random.SystemRandom().randrange(1 << 32))
FIGURES = pytest.StashKey[Figures]()


class ProxiedStack(StackUnderTest):
    """A stack whose services reach `nats` and `postgres` through the proxy of that name, and directory by `flaky`."""

    proxies: dict[str, FaultProxy]
    flaky: FlakyCalls


@pytest.fixture(scope="session")
def faulty(server_folder: Path, background: Background, npm_packages: Path) -> Iterator[StackUnderTest]:
    """Return a whole stack whose processes may be killed."""
    stack = StackUnderTest(server_folder / "faulty", background, npm_packages)
    stack.up()
    yield stack
    stack.down()


@pytest.fixture(scope="session")
def proxied(server_folder: Path, background: Background, npm_packages: Path) -> Iterator[ProxiedStack]:
    """Return a whole stack whose services reach their broker and their database through proxies."""
    proxies = {name: FaultProxy(background) for name in ("nats", "postgres")}
    flaky = FlakyCalls(background, SEED)
    through = {"directory": flaky.port} | {name: proxy.port for name, proxy in proxies.items()}
    stack = ProxiedStack(server_folder / "proxied", background, npm_packages, through=through, traces=False)
    stack.proxies, stack.flaky = proxies, flaky
    for name, proxy in proxies.items():
        proxy.start(stack.ports[name])
    flaky.start(stack.ports["directory"])
    stack.up()
    yield stack
    stack.down()
    flaky.close()
    for proxy in proxies.values():
        proxy.close()


@pytest.fixture(scope="session")
def proxied_tenant(proxied: ProxiedStack) -> SimpleNamespace:
    """Return a tenant of the stack behind proxies, with its administrator."""
    return add_tenant(proxied)


@pytest.fixture(scope="session")
def tenant(faulty: StackUnderTest) -> SimpleNamespace:
    """Return a tenant with its administrator."""
    return add_tenant(faulty)


def add_tenant(stack: StackUnderTest) -> SimpleNamespace:
    """Create a tenant and log its administrator in, before anything is killed."""
    stack.create_tenant("faults", first_admin="hr-1", locale="en", zone="Europe/Berlin", calendar="DE")
    admin = Actor(stack, "faults", "hr-1", "en")
    admin.get("/v1/me")
    # Takes every answer as it comes.
    blunt = Actor(stack, "faults", "hr-1", "en", patience=0)
    return SimpleNamespace(name="faults", admin=admin, blunt=blunt)


@pytest.fixture
def check(faulty: StackUnderTest) -> Callable[[], float]:
    """Return the history checker of `faulty`; see `check_of`."""
    return check_of(faulty)


@pytest.fixture
def proxied_check(proxied: ProxiedStack) -> Callable[[], float]:
    """Return the history checker of `proxied`; see `check_of`."""
    return check_of(proxied)


def check_of(stack: StackUnderTest) -> Callable[[], float]:
    """Return what waits for quiet and demands that nothing was lost, doubled or disordered.

    It returns the seconds it took until all was quiet.
    """

    def clean() -> float:
        began = time.monotonic()
        asyncio.run(history.quiet(stack.superuser_dsn))
        took = time.monotonic() - began
        assert asyncio.run(history.findings(stack.superuser_dsn)) == []
        return took

    return clean


@pytest.fixture(scope="session")
def full_length() -> bool:
    """Tell whether waits of minutes are waited for in full (`make test-nightly`) or for a minute at most."""
    return bool(os.environ.get("TANDEM_TEST_FULL_LENGTH"))


@pytest.fixture(scope="session")
def figures(pytestconfig: pytest.Config) -> Figures:
    """Return where a test notes what it measured."""
    found = Figures(pytestconfig.rootpath / ".tandem" / "faults.json")
    pytestconfig.stash[FIGURES] = found
    return found


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the figures."""
    if FIGURES in config.stash:
        terminalreporter.section("what the fault tests measured")
        terminalreporter.write_line(f"seed {SEED}; TANDEM_TEST_SEED={SEED} repeats it")
        terminalreporter.write_line("\n".join(config.stash[FIGURES].lines()))
