"""A database server of the operator's own: roles belong to the whole server, and the other tests need theirs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from devstack.background import Background
from devstack.ports import any_free
from devstack.postgres import FAST, Postgres


@pytest.fixture(scope="module")
def bare_postgres(request: pytest.FixtureRequest, server_folder: Path, background: Background) -> Iterator[Postgres]:
    """Return a running server on which nothing was prepared."""
    server = Postgres(server_folder / f"bare-{request.path.stem}", any_free(1)[0], "superuser", FAST)
    background.run(server.initialise())
    process = server.process(lambda *_: None)
    background.run(process.start())
    yield server
    background.run(process.stop())
