"""Row mixins for services and the tables that the mechanisms themselves keep in every schema."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from common.ids import new_id

NAMING = {
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}

TYPES: dict[Any, Any] = {
    datetime: DateTime(timezone=True),
    UUID: Uuid,
    str: Text,
    bytes: LargeBinary,
    dict[str, Any]: JSONB,
    list[Any]: JSONB,
}


def new_metadata() -> MetaData:
    """Return metadata with our constraint names; one per service, on its own declarative base."""
    return MetaData(naming_convention=NAMING)


class TenantRow:
    """Mixin of a resource's row: tenant first in the key, a version that every change raises."""

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-20)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-19)
    version: Mapped[int] = mapped_column(default=1, sort_order=-18)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), sort_order=-17)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


class ProjectionRow:
    """Mixin of a read copy of another service's aggregate: applied only when newer."""

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-20)
    id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-19)
    epoch: Mapped[int] = mapped_column(default=0, sort_order=90)
    sequence: Mapped[int] = mapped_column(BigInteger, default=0, sort_order=91)


mechanisms = MetaData()

_moment = DateTime(timezone=True)

outbox = Table(
    "outbox",
    mechanisms,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("tenant_id", Uuid, nullable=False),
    Column("event_id", Uuid, nullable=False, unique=True),
    Column("event_type", Text, nullable=False),
    Column("aggregate_type", Text, nullable=False),
    Column("aggregate_id", Uuid, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("occurred_at", _moment, nullable=False),
    Column("actor", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("trace", JSONB, nullable=False),
    Column("created_at", _moment, nullable=False, server_default=func.now()),
    Column("published_at", _moment),
    Column("stream_created", _moment),
    Column("stream_seq", BigInteger),
    UniqueConstraint("tenant_id", "aggregate_type", "aggregate_id", "epoch", "sequence"),
)

inbox = Table(
    "inbox",
    mechanisms,
    Column("tenant_id", Uuid, primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    Column("event_type", Text, nullable=False),
    Column("handled_at", _moment, nullable=False, server_default=func.now()),
)

due = Table(
    "due",
    mechanisms,
    Column("tenant_id", Uuid, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("object_id", Uuid, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("due_at", _moment, nullable=False),
    Column("leased_until", _moment),
    Column("attempts", Integer, nullable=False, server_default="0"),
)

operation = Table(
    "operation",
    mechanisms,
    Column("tenant_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("params", JSONB, nullable=False),
    Column("cursor", JSONB, nullable=False),
    Column("result", JSONB, nullable=False),
    Column("total", Integer),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("failed", Integer, nullable=False, server_default="0"),
    Column("error_reason", Text),
    Column("created_by", Text, nullable=False),
    Column("person_id", Uuid),
    Column("locale", Text, nullable=False),
    Column("created_at", _moment, nullable=False, server_default=func.now()),
    Column("updated_at", _moment, nullable=False, server_default=func.now()),
    Column("leased_until", _moment),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("fence", Integer, nullable=False, server_default="0"),
)

operation_error = Table(
    "operation_error",
    mechanisms,
    Column("tenant_id", Uuid, primary_key=True),
    Column("operation_id", Uuid, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("row", Integer, nullable=False),
    Column("field", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("en", Text, nullable=False),
    Column("zh", Text, nullable=False),
    Column("warning", SmallInteger, nullable=False, server_default="0"),
)

dead_letter = Table(
    "dead_letter",
    mechanisms,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("tenant_id", Uuid),
    Column("source", Text, nullable=False),
    Column("event_type", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("error", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", _moment, nullable=False, server_default=func.now()),
)

idempotency = Table(
    "idempotency",
    mechanisms,
    Column("tenant_id", Uuid, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("method", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("resource_id", Uuid),
    Column("created_at", _moment, nullable=False, server_default=func.now()),
)

audit = Table(
    "audit",
    mechanisms,
    Column("tenant_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("at", _moment, nullable=False),
    Column("recorded_at", _moment, nullable=False, server_default=func.now()),
    Column("subject", Text, nullable=False),
    Column("actor", Text),
    Column("action", Text, nullable=False),
    Column("resource_type", Text, nullable=False),
    Column("resource_id", Uuid, nullable=False),
    Column("facts", JSONB, nullable=False),
    Column("seq", BigInteger),
    Column("hash", LargeBinary),
)

lease = Table(
    "lease",
    mechanisms,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("until", _moment, nullable=False),
)

# One row for each time that the schema was restored from a bare dump; none yet means epoch 1.
epoch = Table(
    "epoch",
    mechanisms,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("since", _moment, nullable=False, server_default=func.now()),
    Column("dump_taken_at", _moment, nullable=False),
    # What other services had heard of and this one no longer knows, as it was found at the restore.
    Column("lost", JSONB, nullable=False),
)

aggregate_sequence = Table(
    "aggregate_sequence",
    mechanisms,
    Column("tenant_id", Uuid, primary_key=True),
    Column("aggregate_type", Text, primary_key=True),
    Column("aggregate_id", Uuid, primary_key=True),
    Column("last", BigInteger, nullable=False),
)

seal_key = Table(
    "seal_key",
    mechanisms,
    Column("tenant_id", Uuid, primary_key=True),
    Column("subject_id", Uuid, primary_key=True),
    Column("wrapped", LargeBinary),
    Column("destroyed_at", _moment),
)
