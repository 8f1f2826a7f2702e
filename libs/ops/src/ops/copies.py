"""Which table is a read copy of whose objects: what is copied never knows more than its owner."""

from dataclasses import dataclass

import asyncpg

from ops.installation import Installation


@dataclass(frozen=True)
class Copy:
    """A consumer's table that holds, by id, how the source's objects of one kind stood when last heard of."""

    consumer: str
    table: str
    source: str
    aggregate: str


_OF_PERSON, _OF_UNIT = ("directory", "person"), ("directory", "unit")
_OF_CALENDAR, _OF_BOOKING = ("scheduling", "calendar"), ("scheduling", "booking")
_OF_INTERVIEW, _OF_PLAN = ("interview-record", "interview"), ("plan-tracking", "plan")
_TABLES: dict[str, dict[str, tuple[str, str]]] = {
    "scheduling": {
        "tenant": ("directory", "tenant"),
        "unit": _OF_UNIT,
        "person": _OF_PERSON,
        "interview": _OF_INTERVIEW,
    },
    "interview-record": {
        "person": _OF_PERSON,
        "unit": _OF_UNIT,
        "plan_metrics": _OF_PLAN,
        "calendar": _OF_CALENDAR,
        "booking": _OF_BOOKING,
    },
    "plan-tracking": {
        "unit": _OF_UNIT,
        "person": _OF_PERSON,
        "calendar": _OF_CALENDAR,
        "interview": _OF_INTERVIEW,
        "kpi_result": ("interview-record", "kpi"),
    },
    "notification": {
        "person": _OF_PERSON,
        "unit": _OF_UNIT,
        "role_grant": ("directory", "grant"),
        "calendar": _OF_CALENDAR,
        "interview": _OF_INTERVIEW,
        "booking": _OF_BOOKING,
        "plan": _OF_PLAN,
        "blocker": ("plan-tracking", "blocker"),
    },
    "metrics": {
        "tenant_zone": ("directory", "tenant"),
        "unit": _OF_UNIT,
        "person": _OF_PERSON,
        "interview": _OF_INTERVIEW,
        "plan": _OF_PLAN,
        "blocker": ("plan-tracking", "blocker"),
    },
}
# Steps come from three owners, and an evaluation is a part of its interview: neither has one kind of owner to ask.
UNOWNED = {("notification", "step"), ("metrics", "ledger_row"), ("metrics", "evaluation")}
COPIES = tuple(
    Copy(consumer, table, *of) for consumer, tables in _TABLES.items() for table, of in sorted(tables.items())
)

_STANDS = """
SELECT s.tenant_id, s.aggregate_id, s.last, e.number AS epoch
FROM aggregate_sequence s, (SELECT coalesce(max(number), 1) AS number FROM epoch) e
WHERE s.aggregate_type = $1 AND s.aggregate_id = ANY ($2)
"""
_BATCH = 5000


async def ahead_of_owner(installation: Installation, copy: Copy) -> list[tuple[str, bool]]:
    """Return the copied objects that their owner does not know so far: (id, whether it knows them at all)."""
    found = []
    async with (
        installation.connect(copy.consumer) as consumer,
        installation.connect(copy.source) as source,
        consumer.transaction(readonly=True),
    ):
        cursor = await consumer.cursor(f"SELECT tenant_id, id, epoch, sequence FROM {copy.table} ORDER BY id")  # noqa: S608
        while rows := await cursor.fetch(_BATCH):
            found += await _ahead(source, copy.aggregate, rows)
    return found


async def _ahead(source: asyncpg.Connection, aggregate: str, rows: list[asyncpg.Record]) -> list[tuple[str, bool]]:
    known = {
        (row["tenant_id"], row["aggregate_id"]): (row["epoch"], row["last"])
        for row in await source.fetch(_STANDS, aggregate, [row["id"] for row in rows])
    }
    nothing = (0, 0)
    return [
        (str(row["id"]), key in known)
        for row in rows
        if (row["epoch"], row["sequence"]) > known.get(key := (row["tenant_id"], row["id"]), nothing)
    ]
