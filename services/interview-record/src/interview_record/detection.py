"""Looking for shortfalls: one metric and period at a time, for everyone who has a result in it."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from common.ids import new_id, stable_id
from common.transaction import Transaction
from sqlalchemy import select

from interview_record.domain.decisions import ShortfallState, after_detection
from interview_record.domain.periods import Period
from interview_record.domain.shortfalls import Assessment, assess
from interview_record.rules import built_in_rules, read_rules, thresholds
from interview_record.storage.cycle_tables import PlaybookRow, PlaybookVersionRow
from interview_record.storage.facts_queries import newest_version, rules_of
from interview_record.storage.facts_tables import ShortfallRow
from interview_record.storage.observations import Seen, Standard, observe
from interview_record.storage.periods import Group, existing_groups

LOOK = "look_for_shortfalls"
STANDARD = "standard"
_PLACES = Decimal("0.000001")


def standard_playbook_id(tenant_id: UUID, code: str = STANDARD) -> UUID:
    """Return the id that a built-in playbook has in every tenant's rows, known before they arrive."""
    return stable_id("playbook", tenant_id, code)


@dataclass(frozen=True)
class Scope:
    """Whose results are looked at, and by which playbook; by default everyone's, by their own."""

    covers: Callable[[UUID], bool] = lambda person_id: True
    standard: Standard | None = None


async def look_soon(tx: Transaction, groups: Iterable[Group]) -> None:
    """Have the metrics and periods looked at, and the later periods that lean on them, once this commits."""
    by_unit = await standards(tx)
    ahead = max(each.thresholds.falling_periods for each in by_unit.values())
    for code, period in groups:
        for each in [(code, period), *await existing_groups(tx.session, tx.tenant_id, code, period.after(ahead))]:
            key = group_key(each)
            await tx.due(LOOK, stable_id("results", tx.tenant_id, key), tx.now, key)


def group_key(group: Group) -> str:
    """Return the text that stands for a metric and period."""
    code, period = group
    return f"{period.first.isoformat()}|{period.last.isoformat()}|{code}"


def read_group(key: str) -> Group:
    """Return the metric and period that `group_key` wrote down."""
    first, last, code = key.split("|", 2)
    return code, Period(date.fromisoformat(first), date.fromisoformat(last))


async def standards(tx: Transaction) -> dict[UUID | None, Standard]:
    """Return the published playbook of every unit that has its own, and under None the built-in standard."""
    rows = await tx.session.execute(
        select(PlaybookRow, PlaybookVersionRow)
        .join(
            PlaybookVersionRow,
            (PlaybookVersionRow.tenant_id == PlaybookRow.tenant_id)
            & (PlaybookVersionRow.playbook_id == PlaybookRow.id)
            & (PlaybookVersionRow.number == PlaybookRow.published_version),
        )
        .where(PlaybookRow.tenant_id == tx.tenant_id, PlaybookRow.unit_id.is_not(None) | PlaybookRow.built_in)
        .order_by(PlaybookRow.created_at)
    )
    found: dict[UUID | None, Standard] = {}
    for playbook, version in rows:
        if playbook.unit_id is not None or playbook.code == STANDARD:
            found[playbook.unit_id] = Standard(playbook.id, thresholds(read_rules(version.rules)))
    if None not in found:
        found[None] = _built_in(tx.tenant_id)
    return found


def _built_in(tenant_id: UUID) -> Standard:
    return Standard(standard_playbook_id(tenant_id), thresholds(built_in_rules(STANDARD)))


async def standard_of(tx: Transaction, playbook_id: UUID) -> Standard:
    """Return a playbook's newest published thresholds; raise NotFound where none is published."""
    version = await newest_version(tx.session, tx.tenant_id, playbook_id)
    return Standard(playbook_id, thresholds(await rules_of(tx.session, tx.tenant_id, playbook_id, version)))


async def look(tx: Transaction, group: Group, scope: Scope | None = None) -> Counter[str]:
    """Find what is short in the metric and period, keep what was decided; returns counts by what became of it.

    What was found under a playbook is looked at under it again, unless the scope names another.
    """
    scope = scope or Scope()
    code, period = group
    known = await _known(tx, code, period)
    by_unit = await standards(tx)
    by_person = await _kept_standards(tx, known.values(), by_unit)
    if scope.standard is not None:
        by_unit, by_person = {None: scope.standard}, {}
    seen = await observe(tx.session, tx.tenant_id, code, period, by_unit, by_person)
    counts: Counter[str] = Counter()
    looked_at: set[UUID] = set()
    for each, found in zip(seen, assess([each.observation for each in seen]), strict=True):
        looked_at.add(found.person_id)
        if scope.covers(found.person_id):
            counts[_settle(tx, group, known.get(found.person_id), each, found)] += 1
    for person_id, row in known.items():
        # Left, or without a result since: nothing is left to be short.
        if person_id not in looked_at and scope.covers(person_id) and row.state != ShortfallState.GONE:
            row.state = ShortfallState.GONE
            counts["gone"] += 1
    return counts


async def _known(tx: Transaction, code: str, period: Period) -> dict[UUID, ShortfallRow]:
    rows = await tx.session.scalars(
        select(ShortfallRow)
        .where(
            ShortfallRow.tenant_id == tx.tenant_id,
            ShortfallRow.metric_code == code,
            ShortfallRow.period_from == period.first,
            ShortfallRow.period_until == period.last,
        )
        .order_by(ShortfallRow.id)
        .with_for_update()
    )
    return {row.person_id: row for row in rows}


async def _kept_standards(
    tx: Transaction, rows: Collection[ShortfallRow], by_unit: dict[UUID | None, Standard]
) -> dict[UUID, Standard]:
    own = {each.playbook_id: each for each in by_unit.values()}
    for playbook_id in {row.playbook_id for row in rows} - set(own):
        own[playbook_id] = await standard_of(tx, playbook_id)
    units = {each.playbook_id for each in by_unit.values()}
    return {row.person_id: own[row.playbook_id] for row in rows if row.playbook_id not in units}


def _settle(tx: Transaction, group: Group, row: ShortfallRow | None, seen: Seen, found: Assessment) -> str:
    state = after_detection(row.state if row else None, short=found.is_shortfall)
    if state is None:
        return "fine"
    if row is None:
        tx.add(_new_row(tx, group, seen, found))
        return "found"
    if state == ShortfallState.GONE:
        was_gone, row.state = row.state == ShortfallState.GONE, state
        return "fine" if was_gone else "gone"
    came_back = row.state == ShortfallState.GONE
    row.state = state
    changed = _write(row, seen, found)
    if came_back:
        row.shortfall_type, row.decided_by, row.decided_at, row.dismissal_reason = "", None, None, None
        row.found_at = tx.now
        return "found"
    return "changed" if changed else "unchanged"


def _new_row(tx: Transaction, group: Group, seen: Seen, found: Assessment) -> ShortfallRow:
    code, period = group
    row = ShortfallRow(
        tenant_id=tx.tenant_id,
        id=new_id(),
        person_id=found.person_id,
        metric_code=code,
        period_from=period.first,
        period_until=period.last,
        state=ShortfallState.FOUND,
        shortfall_type="",
        found_at=tx.now,
    )
    _write(row, seen, found)
    return row


def _write(row: ShortfallRow, seen: Seen, found: Assessment) -> bool:
    """Write what was found onto the row; tell whether anything of it is new."""
    values: dict[str, object] = {
        "kpi_result_id": seen.result_id,
        "playbook_id": seen.standard.playbook_id,
        "met_tests": [str(each) for each in found.met_tests],
        "confidence": str(found.confidence),
        "size_percent": min(Decimal(repr(found.size_percent)).quantize(_PLACES), Decimal(10**14)),
        "sum": found.sum.stored(),
    }
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    return bool(changed)
