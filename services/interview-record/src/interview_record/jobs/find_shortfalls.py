"""Looks for shortfalls of a population in all metrics and periods of a stretch of time."""

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from common.operations import Job
from common.transaction import Transaction
from sqlalchemy import ColumnElement, select

from interview_record.detection import Scope, group_key, look, read_group, standard_of
from interview_record.domain.periods import Period
from interview_record.storage.directory_tables import PersonRow
from interview_record.storage.facts_tables import KpiResultRow
from interview_record.storage.periods import CURRENT

if TYPE_CHECKING:
    from common.database import Database


async def find_shortfalls(database: "Database", job: Job) -> None:
    """Take one metric and period after the other; what was accepted or dismissed stays so."""
    if not job.cursor:
        async with database.job(job) as tx:
            groups = await _groups(tx, job.params)
            job.advance(0, total=len(groups), cursor={"rest": groups})
    while job.cursor["rest"]:
        async with database.job(job) as tx:
            first, *rest = job.cursor["rest"]
            people = set(await tx.session.scalars(select(PersonRow.id).where(*_population(tx, job.params))))
            scope = Scope(people.__contains__, await standard_of(tx, UUID(job.params["playbook_id"])))
            for outcome, count in (await look(tx, read_group(first), scope)).items():
                job.result[outcome] = job.result.get(outcome, 0) + count
            job.advance(1, cursor={"rest": rest})


async def _groups(tx: Transaction, params: dict[str, Any]) -> list[str]:
    rows = await tx.session.execute(
        select(KpiResultRow.metric_code, KpiResultRow.period_from, KpiResultRow.period_until)
        .join(PersonRow, (PersonRow.tenant_id == KpiResultRow.tenant_id) & (PersonRow.id == KpiResultRow.person_id))
        .where(
            KpiResultRow.tenant_id == tx.tenant_id,
            KpiResultRow.period_from >= date.fromisoformat(params["period_from"]),
            KpiResultRow.period_until <= date.fromisoformat(params["period_until"]),
            CURRENT,
            *_population(tx, params),
        )
        .distinct()
    )
    return sorted(group_key((code, Period(first, last))) for code, first, last in rows)


def _population(tx: Transaction, params: dict[str, Any]) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [PersonRow.tenant_id == tx.tenant_id]
    if params["person_ids"]:
        where.append(PersonRow.id.in_([UUID(each) for each in params["person_ids"]]))
    if params["under_unit_id"]:
        where.append(PersonRow.unit_path.contains([UUID(params["under_unit_id"])]))
    return where
