"""Passwords that change under a running process: the next connection uses what the file then holds."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from common.broker import connect_broker
from common.clock import FixedClock
from common.database import Database
from common.errors import Unavailable
from common.ids import new_id
from common.secret import Secret
from common.settings import ServiceSettings
from devstack.background import Background
from devstack.broker import Broker
from devstack.harness import Harness
from devstack.passwords import Passwords
from devstack.ports import HOST, any_free
from devstack.postgres import Postgres
from devstack.process import Process
from ops.roles import ServiceDsns
from sqlalchemy import make_url, text


async def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


def with_password(dsn: str, password: str) -> str:
    return make_url(dsn).set(password=password).render_as_string(hide_password=False)


@pytest.fixture
def dsns(service_database: Callable[..., ServiceDsns]) -> ServiceDsns:
    return service_database("probe", migrations=Path(__file__).parent / "probe_migrations")


@pytest.fixture
async def set_password(postgres: Postgres, dsns: ServiceDsns) -> AsyncIterator[Callable[[str], Awaitable[None]]]:
    """Change the password of `probe_app`, and drop its connections; it is put back in the end."""
    connection = await asyncpg.connect(postgres.admin_dsn)

    async def change(password: str) -> None:
        await connection.execute(f"ALTER ROLE probe_app PASSWORD '{password}'")
        await connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'probe_app'")

    yield change
    await change(str(make_url(dsns.app).password))
    await connection.close()


async def test_a_database_password_is_looked_up_at_each_connection(
    dsns: ServiceDsns,
    set_password: Callable[[str], Awaitable[None]],
    harness: Harness,
    clock: FixedClock,
    tmp_path: Path,
) -> None:
    file = tmp_path / "uri-app"
    file.write_text(dsns.app + "\n")
    database = Database(
        Secret.in_file(file),
        Secret.given(dsns.worker),
        service="directory",
        clock=clock,
        master_keys=harness.master_keys,
    )
    who = harness.person(new_id(), new_id())

    async def reads() -> Any:
        async with database.read(who) as reader:
            return await reader.session.scalar(text("SELECT current_user"))

    assert await reads() == "probe_app"
    await set_password("second")
    with pytest.raises(Unavailable):
        await reads()
    file.write_text(with_password(dsns.app, "second"))
    assert await reads() == "probe_app"
    await database.close()


class Nats:
    """A broker of its own, whose users' passwords can be changed while it runs."""

    def __init__(self, folder: Path, background: Background) -> None:
        port, monitor = any_free(2)
        self.passwords = Passwords(folder / "passwords.json")
        self.broker = Broker(folder / "nats", port, monitor, self.passwords, durable=False)
        self._background = background
        self._process: Process = self.broker.process(lambda name, line: None)
        background.run(self._process.start())

    def reload(self) -> None:
        """Let the broker know the new passwords, as an administrator does."""
        self.broker.write_configuration(
            f"{HOST}:{self.broker.port}", f"{HOST}:{self.broker.monitor_port}", self.broker.folder / "store"
        )
        self._process.send(signal.SIGHUP)

    def stop(self) -> None:
        self._background.run(self._process.stop())


@pytest.fixture
def own_nats(tmp_path: Path, background: Background) -> Iterator[Nats]:
    server = Nats(tmp_path, background)
    yield server
    server.stop()


@pytest.mark.parametrize("file_first", [True, False], ids=["file first", "broker first"])
async def test_a_broker_password_is_looked_up_at_each_connection(
    own_nats: Nats, tmp_path: Path, file_first: bool
) -> None:
    file = tmp_path / "nats-password"
    file.write_text(own_nats.broker.password("metrics"))
    settings = ServiceSettings.model_construct(
        nats_url=own_nats.broker.url, nats_user="metrics", nats_password=None, nats_password_file=file
    )
    client = await connect_broker("metrics", settings)
    heard: list[bytes] = []

    async def hear(message: Any) -> None:
        heard.append(message.data)

    await client.subscribe("wake.metrics", cb=hear)
    await client.flush()
    reconnects = client.stats["reconnects"]

    if file_first:
        file.write_text(own_nats.passwords.renew("nats/metrics"))
        own_nats.reload()
    else:
        new = own_nats.passwords.renew("nats/metrics")
        own_nats.reload()
        await until(lambda: not client.is_connected)
        # Tries with the old password go on failing until the file is changed, too.
        await asyncio.sleep(1.2)
        file.write_text(new)
    await until(lambda: client.is_connected and client.stats["reconnects"] > reconnects)

    await client.publish("wake.metrics", b"after")
    await until(lambda: heard == [b"after"])
    await client.close()
