"""One service inside a test: its database, its RPCs over a real in-process channel, events handed to its reactions."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import grpc
import grpc.aio
from common.call import Call
from common.clock import Clock
from common.database import Database
from common.due import Deadline, DueSweeper
from common.errors import AlreadyHandled
from common.events import Event, Reaction, event_type_of
from common.grpc_server import IDENTITY_HEADER, KEY_HEADER, LOCALE_HEADER, CallInterceptor
from common.identity import Grant, Identity, TokenMint, TokenVerifier
from common.ids import new_id
from common.operations import JobRunner, Work
from common.pagination import PageTokens
from common.sealed import KeyFile, MasterKeys
from common.secret import Secret
from common.signing_key import SigningKey, new_signing_pem
from google.protobuf.message import Message
from ops.roles import ServiceDsns


class Harness:
    """Keys, tokens and shortcuts; nothing of the service under test is replaced."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        key = SigningKey.of_pem("gateway", new_signing_pem())
        (folder / "trust.jwks").write_text(json.dumps({"keys": [key.public]}))
        self.mint = TokenMint("gateway", lambda: key)
        self.verifier = TokenVerifier(folder / "trust.jwks")
        if not (folder / "master.json").exists():
            KeyFile.create(folder / "master.json")
        self.master_keys = MasterKeys.load(folder / "master.json")
        self.page_tokens = PageTokens(lambda: [b"test page key, thirty-two bytes!"])
        self._sequences: dict[UUID, int] = {}

    def database(self, dsns: ServiceDsns, service: str, clock: Clock) -> Database:
        """Return the service's database on the schema; close it after the test."""
        return Database(
            Secret.given(dsns.app),
            Secret.given(dsns.worker),
            service=service,
            clock=clock,
            master_keys=self.master_keys,
            pool_size=5,
        )

    def person(self, tenant_id: UUID, person_id: UUID, *roles: str | tuple[str, UUID], **more: Any) -> Identity:
        """Return a person's identity; a role is held for the whole tenant, or (role, unit)."""
        grants = tuple(Grant(each) if isinstance(each, str) else Grant(*each) for each in roles)
        return Identity(tenant_id, f"person:{person_id}", "person", person_id=person_id, grants=grants, **more)

    def fresh(self, identity: Identity, *, now: datetime | None = None) -> Identity:
        """Return the identity as after a login just now, its standing checked by directory."""
        at = now or datetime.now(UTC)
        return replace(identity, acr="urn:tandem:fresh", auth_time=at, standing_checked_at=at)

    def call(self, identity: Identity, *, key: str = "", method: str = "test") -> Call:
        """Return a command's call, under a fresh idempotency key unless one is given."""
        return Call(identity, method, key or str(new_id()))

    def metadata(self, identity: Identity, *, key: str | None = None, locale: str = "") -> tuple[tuple[str, str], ...]:
        """Return gRPC metadata: signed identity, language, and an idempotency key (fresh unless given)."""
        token = self.mint.mint(identity, datetime.now(UTC), timedelta(minutes=10))
        return (
            (IDENTITY_HEADER, token),
            (LOCALE_HEADER, locale or identity.locale),
            (KEY_HEADER, key or str(new_id())),
        )

    @asynccontextmanager
    async def serving(
        self, add_servicers: Callable[[grpc.aio.Server], None], service: str = "test"
    ) -> AsyncIterator[grpc.aio.Channel]:
        """Serve on a free loopback port behind the real interceptor; yields a channel to it."""
        server = grpc.aio.server(interceptors=[CallInterceptor(service, self.verifier)])
        add_servicers(server)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield channel
        await server.stop(None)

    def event(self, tenant_id: UUID, aggregate_id: UUID, message: Message, **more: Any) -> Event[Any]:
        """Return the message as the next event of its aggregate, as if it had been published now."""
        kind = event_type_of(message)
        self._sequences[aggregate_id] = self._sequences.get(aggregate_id, 0) + 1
        facts: dict[str, Any] = {
            "id": new_id(),
            "source": kind.service,
            "type": f"{kind.service}.{kind}",
            "epoch": 1,
            "sequence": self._sequences[aggregate_id],
            "time": datetime.now(UTC),
            "actor": "test",
            **more,
        }
        return Event(tenant_id=tenant_id, aggregate_id=aggregate_id, message=message, **facts)

    async def deliver(
        self,
        database: Database,
        reactions: Sequence[Reaction],
        tenant_id: UUID,
        aggregate_id: UUID,
        message: Message,
        **more: Any,
    ) -> Event[Any]:
        """Hand the message to the service's reaction to it, once; fails if the service has none."""
        event = self.event(tenant_id, aggregate_id, message, **more)
        found = [each for each in reactions if each.message is type(message)]
        if not found:
            raise LookupError(f"no reaction to {type(message).__name__}")
        for each in found:
            try:
                await each.handler(database, event)
            except AlreadyHandled:
                continue
        return event

    async def sweep(self, database: Database, deadlines: dict[str, Deadline]) -> int:
        """Handle everything that is due by the database's clock; returns how many rows were handled."""
        sweeper, total = DueSweeper(database, deadlines), 0
        while swept := await sweeper.sweep():
            total += swept
        return total

    async def work(self, database: Database, jobs: dict[str, Work]) -> int:
        """Run pending operations to their end; returns how many."""
        runner, count = JobRunner(database, jobs), 0
        while (job := await runner.lease()) is not None:
            await runner.work(job)
            count += 1
        return count

    async def published(self, database: Database, *messages: type[Message]) -> list[Any]:
        """Return the outbox's events of the given types in commit order; all types when none is given."""
        from common import tables
        from sqlalchemy import select

        wanted = {str(event_type_of(each)): each for each in messages}
        async with database.worker() as connection:
            rows = (await connection.execute(select(tables.outbox).order_by(tables.outbox.c.id))).all()
        if not wanted:
            return list(rows)
        return [wanted[row.event_type].FromString(row.payload) for row in rows if row.event_type in wanted]
