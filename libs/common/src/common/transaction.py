"""One commit: rows, audit entries, events, due rows and the idempotency record together."""

from collections import Counter
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from google.protobuf.message import Message
from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from common import tables
from common.call import Call
from common.crash_points import crash_point
from common.errors import IdempotencyKeyReused, NotFound, Replayed, VersionMismatch
from common.events import event_type_of
from common.identity import Identity
from common.ids import new_id
from common.keys import PersonSeals
from common.message_telemetry import create
from common.tables import TenantRow

R = TypeVar("R", bound=TenantRow)

# Read where it is written: it rises when the schema is restored, and no process may go on with the old one.
_EPOCH = select(func.coalesce(func.max(tables.epoch.c.number), 1)).scalar_subquery()


class Transaction:
    """What a use case works with; buffered audit, events and dues are written last, before the commit."""

    def __init__(
        self,
        session: AsyncSession,
        identity: Identity,
        *,
        service: str,
        now: datetime,
        seals: PersonSeals,
        call: Call | None = None,
    ) -> None:
        self.session = session
        self.identity = identity
        self.tenant_id = identity.tenant_id
        self.now = now
        self._service = service
        self._call = call if call and call.idempotency_key else None
        self._audits: list[dict[str, Any]] = []
        self._events: list[tuple[UUID, Message]] = []
        self._resource_id: UUID | None = None
        self.hints: list[tuple[str, UUID]] = []
        self.seal = seals.seal
        self.unseal = seals.unseal
        self.commitment = seals.commitment
        self.data_key = seals.key

    @property
    def published(self) -> bool:
        """Tell whether this transaction holds events for the relay."""
        return bool(self._events)

    async def get(
        self, row: type[R], id: UUID, *, lock: bool = True, expected_version: int | None = None, resource: str = ""
    ) -> R:
        """Load a resource's row, by default locked; raise NotFound, or VersionMismatch when it has moved on."""
        name = resource or row.__tablename__  # type: ignore[attr-defined]
        found = await self.session.get(row, (self.tenant_id, id), with_for_update=lock or None)
        if found is None:
            raise NotFound(resource=name, id=id)
        if expected_version is not None and found.version != expected_version:
            raise VersionMismatch(resource=name)
        return found

    def hint(self, kind: str, object_id: UUID) -> None:
        """Tell live pages after the commit that the object changed; see `common.hints`."""
        self.hints.append((kind, object_id))

    def add(self, row: object) -> None:
        """Insert the row with this transaction."""
        self.session.add(row)

    def audit(self, action: str, resource_type: str, resource_id: UUID, **facts: object) -> None:
        """Record who did what; facts are ids, dates, numbers and words of state, never texts about people."""
        self._audits.append(
            {
                "tenant_id": self.tenant_id,
                "id": new_id(),
                "at": self.now,
                "subject": self.identity.subject,
                "actor": self.identity.actor,
                "action": action,
                "resource_type": resource_type,
                "resource_id": resource_id,
                "facts": {name: None if value is None else str(value) for name, value in facts.items()},
            }
        )

    def publish(self, aggregate_id: UUID, message: Message) -> None:
        """Publish the event once this commits; its sequence follows the aggregate's last."""
        self._events.append((aggregate_id, message))

    async def due(self, kind: str, object_id: UUID, due_at: datetime, key: str = "") -> None:
        """Set, or move, the moment (business time) at which the deadline `kind` is handled for the object."""
        row = {"tenant_id": self.tenant_id, "kind": kind, "object_id": object_id, "key": key, "due_at": due_at}
        statement = upsert(tables.due).values(row)
        changed = {"due_at": statement.excluded.due_at, "leased_until": None, "attempts": 0}
        await self.session.execute(
            statement.on_conflict_do_update(index_elements=["tenant_id", "kind", "object_id", "key"], set_=changed)
        )

    async def cancel_due(self, kind: str, object_id: UUID, key: str | None = "") -> None:
        """Forget the deadline; `key=None` forgets every key of it."""
        due = tables.due.c
        where = [due.tenant_id == self.tenant_id, due.kind == kind, due.object_id == object_id]
        if key is not None:
            where.append(due.key == key)
        await self.session.execute(delete(tables.due).where(*where))

    async def start_operation(self, kind: str, params: dict[str, Any], total: int | None = None) -> UUID:
        """Accept long work; a worker runs `JOBS[kind]` after the commit. Returns the operation's id."""
        operation_id = new_id()
        await self.session.execute(
            insert(tables.operation).values(
                tenant_id=self.tenant_id,
                id=operation_id,
                kind=kind,
                state="pending",
                params=params,
                cursor={},
                result={},
                total=total,
                created_by=self.identity.subject,
                person_id=self.identity.person_id,
                locale=self.identity.locale,
            )
        )
        return operation_id

    def done(self, resource_id: UUID) -> UUID:
        """Name the resource that a replay of the same idempotency key answers with, and return it."""
        self._resource_id = resource_id
        return resource_id

    async def claim_key(self) -> None:
        """Claim the call's idempotency key, or raise Replayed with what it made, or IdempotencyKeyReused."""
        if self._call is None:
            return
        key = {
            "tenant_id": self.tenant_id,
            "subject": self.identity.subject,
            "method": self._call.method,
            "key": self._call.idempotency_key,
        }
        # Blocks while another transaction holds the same key, up to lock_timeout.
        claimed = await self.session.execute(
            upsert(tables.idempotency)
            .values(**key, fingerprint=self._call.fingerprint)
            .on_conflict_do_nothing()
            .returning(tables.idempotency.c.key)
        )
        if claimed.first() is not None:
            crash_point("command-claimed")
            return
        columns = tables.idempotency.c
        known = (
            await self.session.execute(
                select(columns.fingerprint, columns.resource_id).where(
                    *(columns[name] == value for name, value in key.items())
                )
            )
        ).one()
        if known.fingerprint != self._call.fingerprint:
            raise IdempotencyKeyReused
        raise Replayed(known.resource_id)

    async def finish(self) -> None:
        """Write what was buffered; called once by the database just before its commit."""
        crash_point("command-decided")
        # Rows first, so that their version check is taken before any sequence is drawn.
        await self.session.flush()
        crash_point("rows-written")
        if self._call is not None:
            if self._resource_id is None:
                raise RuntimeError(f"{self._call.method} ended without tx.done(...)")
            columns = tables.idempotency.c
            await self.session.execute(
                tables.idempotency.update()
                .where(
                    columns.tenant_id == self.tenant_id,
                    columns.subject == self.identity.subject,
                    columns.method == self._call.method,
                    columns.key == self._call.idempotency_key,
                )
                .values(resource_id=self._resource_id)
            )
        if self._audits:
            await self.session.execute(insert(tables.audit), self._audits)
            crash_point("audit-written")
        if self._events:
            await self._write_events()
            crash_point("events-written")

    async def _write_events(self) -> None:
        wanted: Counter[tuple[str, UUID]] = Counter()
        for aggregate_id, message in self._events:
            wanted[(event_type_of(message).aggregate, aggregate_id)] += 1
        following = {key: await self._draw_sequences(*key, count) for key, count in sorted(wanted.items())}
        of_type = Counter(f"{self._service}.{event_type_of(message)}" for _, message in self._events)
        traces = {event_type: create(event_type, count) for event_type, count in of_type.items()}
        rows = []
        for aggregate_id, message in self._events:
            kind = event_type_of(message)
            key = (kind.aggregate, aggregate_id)
            rows.append(
                {
                    "tenant_id": self.tenant_id,
                    "event_id": new_id(),
                    "event_type": str(kind),
                    "aggregate_type": kind.aggregate,
                    "aggregate_id": aggregate_id,
                    "sequence": following[key],
                    "occurred_at": self.now,
                    "actor": self.identity.actor or self.identity.subject,
                    "payload": message.SerializeToString(deterministic=True),
                    "trace": traces[f"{self._service}.{kind}"],
                }
            )
            following[key] += 1
        await self.session.execute(insert(tables.outbox).values(epoch=_EPOCH), rows)

    async def _draw_sequences(self, aggregate: str, aggregate_id: UUID, count: int) -> int:
        """Return the first of `count` sequences; the row lock keeps them without gaps and in commit order."""
        counter = tables.aggregate_sequence
        statement = upsert(counter).values(
            tenant_id=self.tenant_id, aggregate_type=aggregate, aggregate_id=aggregate_id, last=count
        )
        last = await self.session.scalar(
            statement.on_conflict_do_update(
                index_elements=["tenant_id", "aggregate_type", "aggregate_id"],
                set_={"last": counter.c.last + count},
            ).returning(counter.c.last)
        )
        return int(last or count) - count + 1
