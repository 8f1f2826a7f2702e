"""Fixtures on real servers; `--infra` says where they come from."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ops.roles import ServiceDsns

from devstack.background import Background
from devstack.broker import Broker
from devstack.container import EngineAway
from devstack.databases import ServiceDatabases
from devstack.harness import Harness
from devstack.passwords import Passwords
from devstack.postgres import Postgres
from devstack.programs import ImagePrograms, InstalledPrograms, Programs
from devstack.recorded import Recorded
from devstack.servers import Servers
from devstack.streams import forget_messages
from devstack.testing import StackUnderTest

INFRA = ("embedded", "docker")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--infra`."""
    parser.addoption(
        "--infra",
        choices=INFRA,
        default="embedded",
        help="servers and services of the tests: from packages (default) or in containers",
    )
    parser.addoption("--replicas", type=int, default=1, help="how often each service of the whole stack runs")
    parser.addoption("--partitions", type=int, default=1, help="into how many parts its services divide events")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker of tests that are for one way of running alone."""
    config.addinivalue_line("markers", "infra(name): only with --infra=name")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is for another `--infra`."""
    infra = config.getoption("--infra")
    others = [item for item in items if (mark := item.get_closest_marker("infra")) and infra not in mark.args]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in others]


def pytest_report_header(config: pytest.Config) -> str:
    """Say which programs the tests use; containers without an engine are an error, never a fallback."""
    try:
        return f"programs: {programs_of(config, Path(tempfile.gettempdir())).description}"
    except EngineAway as away:
        raise pytest.UsageError(f"--infra=docker: {away}") from None


def programs_of(config: pytest.Config, folder: Path) -> Programs:
    """Return where `--infra` says that programs come from; `folder` holds their data."""
    return ImagePrograms(folder) if config.getoption("--infra") == "docker" else InstalledPrograms()


@pytest.fixture(scope="session")
def background() -> Iterator[Background]:
    """Return a loop on a thread of its own that lives as long as the session."""
    loop = Background()
    yield loop
    loop.close()


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """Return a short-lived folder for the data of the servers."""
    folder = Path(tempfile.mkdtemp(prefix="tandem-test-"))
    # The database may have to run as another user, which must be able to pass through.
    os.chmod(folder, 0o711)  # noqa: S103
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def servers(request: pytest.FixtureRequest, server_folder: Path, background: Background) -> Iterator[Servers]:
    """Return the source of the servers that `--infra` names."""
    source = Servers(programs_of(request.config, server_folder), server_folder, background)
    yield source
    source.stop()


@pytest.fixture(scope="session")
def postgres(servers: Servers) -> Postgres:
    """Return a running PostgreSQL with an empty database `tandem`."""
    return servers.postgres()


@pytest.fixture(scope="session")
def nats(servers: Servers) -> Broker:
    """Return a running broker with every stream, durable and user of the real topology."""
    return servers.nats()


@pytest.fixture
def quiet_nats(nats: Broker, background: Background) -> Broker:
    """Return the broker without any message of an earlier test."""
    background.run(forget_messages(nats))
    return nats


@pytest.fixture(scope="session")
def service_databases(postgres: Postgres, server_folder: Path, background: Background) -> ServiceDatabases:
    """Return the session's schemas; tests use `service_database`."""
    return ServiceDatabases(postgres, Passwords(server_folder / "roles.json"), background)


@pytest.fixture
def service_database(service_databases: ServiceDatabases) -> Callable[..., ServiceDsns]:
    """Return a factory: `service_database("directory")` gives the URLs of its migrated, empty schema.

    `migrations=PATH` names another migrations folder than the service's own.
    """
    return service_databases.clean


@pytest.fixture(scope="session")
def harness(server_folder: Path) -> Harness:
    """Return keys, tokens and shortcuts to put one service under test."""
    return Harness(server_folder / "harness")


@pytest.fixture
def recorded(request: pytest.FixtureRequest) -> Iterator[Recorded]:
    """Return what the test's process says in traces and measurements; a parameter is the sampler."""
    with Recorded.recording(getattr(request, "param", None)) as record:
        yield record


@pytest.fixture(scope="session")
def npm_packages(pytestconfig: pytest.Config) -> Path:
    """Return where the identity provider's packages are installed, once for all runs."""
    return pytestconfig.rootpath / ".tandem" / "npm"


@pytest.fixture(scope="session")
def stack(
    server_folder: Path, background: Background, npm_packages: Path, pytestconfig: pytest.Config
) -> Iterator[StackUnderTest]:
    """Return the whole product, up: every service as its own processes or containers, on servers of its own."""
    choices = {name: pytestconfig.getoption(f"--{name}") for name in ("replicas", "partitions")}
    containers = pytestconfig.getoption("--infra") == "docker"
    whole = StackUnderTest(server_folder / "stack", background, npm_packages, containers=containers, **choices)
    whole.up()
    yield whole
    whole.down()
