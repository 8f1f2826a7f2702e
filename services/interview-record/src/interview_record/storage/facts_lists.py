"""Lists of facts as statements; the caller's policy predicate and page go on top."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from interview_record.storage.directory_tables import PersonRow
from interview_record.storage.facts_tables import FactRow, KpiResultRow, ShortfallRow


@dataclass(frozen=True)
class Whose:
    """Whose facts: one person's, those under a unit, those of a manager's reports; all that is set must hold."""

    person_id: UUID | None = None
    under_unit_id: UUID | None = None
    manager_id: UUID | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the conditions on the person."""
        where: list[ColumnElement[bool]] = []
        if self.person_id:
            where.append(PersonRow.id == self.person_id)
        if self.under_unit_id:
            where.append(PersonRow.unit_path.contains([self.under_unit_id]))
        if self.manager_id:
            where.append(PersonRow.manager_id == self.manager_id)
        return where


def kpi_results(
    tenant_id: UUID,
    visible: ColumnElement[bool],
    whose: Whose,
    *,
    metric_code: str = "",
    from_on: date | None = None,
    until_on: date | None = None,
    import_id: UUID | None = None,
    include_superseded: bool = False,
) -> Select[KpiResultRow]:
    """Return the statement for results whose period ends between the days."""
    row = KpiResultRow
    where = [row.tenant_id == tenant_id, visible, *whose.conditions()]
    if metric_code:
        where.append(row.metric_code == metric_code)
    if from_on:
        where.append(row.period_until >= from_on)
    if until_on:
        where.append(row.period_until <= until_on)
    if import_id:
        where.append(row.import_id == import_id)
    if not include_superseded:
        where.append(row.superseded_at.is_(None))
    beside = (PersonRow.tenant_id == row.tenant_id) & (PersonRow.id == row.person_id)
    return select(row).join(PersonRow, beside).where(*where)


def facts(
    tenant_id: UUID,
    visible: ColumnElement[bool],
    whose: Whose,
    *,
    kind: str = "",
    from_on: date | None = None,
    until_on: date | None = None,
    import_id: UUID | None = None,
    include_superseded: bool = False,
) -> Select[FactRow, PersonRow]:
    """Return the statement for incidents and highlights, each with the person it is about."""
    row = FactRow
    where = [row.tenant_id == tenant_id, visible, *whose.conditions()]
    if kind:
        where.append(row.kind == kind)
    if from_on:
        where.append(row.happened_on >= from_on)
    if until_on:
        where.append(row.happened_on <= until_on)
    if import_id:
        where.append(row.import_id == import_id)
    if not include_superseded:
        where.append(row.superseded_at.is_(None))
    beside = (PersonRow.tenant_id == row.tenant_id) & (PersonRow.id == row.person_id)
    return select(row, PersonRow).join(PersonRow, beside).where(*where)


def shortfalls(
    tenant_id: UUID,
    visible: ColumnElement[bool],
    whose: Whose,
    *,
    state: str = "",
    confidence: str = "",
    metric_code: str = "",
    met_test: str = "",
    period_from: date | None = None,
    period_until: date | None = None,
) -> Select[ShortfallRow, PersonRow]:
    """Return the statement for shortfalls of results inside the period, each with its person; gone ones if asked."""
    row = ShortfallRow
    where = [row.tenant_id == tenant_id, visible, *whose.conditions()]
    where.append(row.state == state if state else row.state != "gone")
    if confidence:
        where.append(row.confidence == confidence)
    if metric_code:
        where.append(row.metric_code == metric_code)
    if met_test:
        where.append(row.met_tests.contains([met_test]))
    if period_from:
        where.append(row.period_from >= period_from)
    if period_until:
        where.append(row.period_until <= period_until)
    beside = (PersonRow.tenant_id == row.tenant_id) & (PersonRow.id == row.person_id)
    return select(row, PersonRow).join(PersonRow, beside).where(*where)
