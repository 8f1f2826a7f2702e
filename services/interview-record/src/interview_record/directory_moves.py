"""What a change of a person sets off besides the read copy: comparisons, dues and cases follow."""

from typing import Any
from uuid import UUID

from common.events import Event
from common.transaction import Transaction
from sqlalchemy import select
from tandem.directory.v1 import facts_pb2 as directory

from interview_record import ledger
from interview_record.casefile import case_of_row
from interview_record.detection import look_soon
from interview_record.directory_copy import copy_person
from interview_record.domain.interview import FINISHED
from interview_record.moves import adopt_cases_of, follow_unit
from interview_record.storage.interview_tables import InterviewRow
from interview_record.storage.periods import newest_groups


async def take_over_person(tx: Transaction, event: Event[Any], facts: directory.PersonFacts) -> None:
    """Copy the person, and bring up to date what hangs on what changed.

    Newest results are compared anew when the team changed, open dues are computed anew when calendar or zone
    changed (NotYetVisible while the calendar has not arrived), cases that waited for this manager are theirs.
    """
    copied = await copy_person(tx, event, facts)
    if copied.team_changed:
        await follow_unit(tx, copied.row)
        await look_soon(tx, await newest_groups(tx.session, tx.tenant_id, copied.row.id))
    if copied.work_time_changed:
        await _recompute_dues_of(tx, copied.row.id)
    if copied.arrived:
        await adopt_cases_of(tx, copied.row)


async def _recompute_dues_of(tx: Transaction, employee_id: UUID) -> None:
    rows = await tx.session.scalars(
        select(InterviewRow)
        .where(
            InterviewRow.tenant_id == tx.tenant_id,
            InterviewRow.employee_id == employee_id,
            InterviewRow.state.not_in(FINISHED),
        )
        .with_for_update()
    )
    for row in rows:
        await ledger.recompute_calendar(await case_of_row(tx, row))
