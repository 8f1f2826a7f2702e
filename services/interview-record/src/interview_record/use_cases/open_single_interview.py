"""Open an interview outside a cycle."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from common.call import Call
from common.database import Database
from common.policy import Case
from common.workdays import local_date

from interview_record.domain.interview import HoldByTooEarly
from interview_record.opening import OpeningRequest, open_interview
from interview_record.policy import POLICY
from interview_record.storage.calendars import work_time
from interview_record.storage.facts_queries import manager_of, managers_above, newest_version, person_of, rules_of


async def open_single_interview(
    database: Database,
    call: Call,
    *,
    employee_id: UUID,
    playbook_id: UUID,
    hold_by: date,
    period: tuple[date, date],
    shortfall_ids: Sequence[UUID],
) -> UUID:
    """Open the case under the playbook's newest version; raise HoldByTooEarly where no working day keeps notice."""
    async with database.transaction(call) as tx:
        person = await person_of(tx.session, tx.tenant_id, employee_id)
        case = Case(
            employee_id=person.id,
            manager_id=await manager_of(tx.session, person),
            manager_above_ids=await managers_above(tx.session, person),
            past_manager_ids=(),
            unit_path=person.unit_path,
        )
        POLICY.require(call.identity, "interview.open", case, id=employee_id)
        version = await newest_version(tx.session, tx.tenant_id, playbook_id)
        rules = await rules_of(tx.session, tx.tenant_id, playbook_id, version)
        work = await work_time(tx.session, tx.tenant_id, person.calendar_code, person.time_zone)
        earliest = work.calendar.earliest_start(local_date(tx.now, work.zone), rules.notice.notice_days)
        if hold_by < earliest:
            raise HoldByTooEarly(hold_by=hold_by, earliest=earliest)
        request = OpeningRequest(
            employee_id=employee_id,
            cycle_id=None,
            playbook_id=playbook_id,
            playbook_version=version,
            hold_by=hold_by,
            window_ends_on=None,
            shortfall_ids=shortfall_ids,
            period_from=period[0],
            period_until=period[1],
        )
        return tx.done(await open_interview(tx, request))
