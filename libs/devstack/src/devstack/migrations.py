"""Runs each service's migrations as its own command, and only when they or what they build on changed."""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import common.migrations
from ops.topology import ServiceSpec

from devstack.databases import migrations_of
from devstack.process import Sink, StartFailed, run_once
from devstack.programs import Programs


class Migrations:
    """`stamp` remembers what was applied; it lies beside the database and goes with it."""

    def __init__(self, stamp: Path, sink: Sink, programs: Programs) -> None:
        self._stamp = stamp
        self._sink = sink
        self._programs = programs

    def of(self, service: ServiceSpec, owner_dsn: str) -> Callable[[], Awaitable[None]]:
        """Return the work that brings the service's schema to its newest revision."""

        async def migrate() -> None:
            try:
                digest = await asyncio.to_thread(_digest, migrations_of(service.package))
            except LookupError as missing:
                raise StartFailed(service.name, str(missing)) from None
            if self._applied().get(service.name) == digest:
                return
            env = {"TANDEM_SERVICE": service.name, "TANDEM_DSN_OWNER": owner_dsn}
            await run_once(self._programs.service(service.name, "migrate", env=env, sink=self._sink), "migrating")
            self._stamp.write_text(json.dumps(self._applied() | {service.name: digest}, indent=2))

        return migrate

    def _applied(self) -> dict[str, str]:
        return dict(json.loads(self._stamp.read_text())) if self._stamp.exists() else {}


def _digest(folder: Path) -> str:
    sources = [*sorted(folder.rglob("*.py")), *sorted(Path(common.migrations.__file__).parent.glob("*.py"))]
    digest = hashlib.sha256()
    for path in sources:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
