"""Freezing and sharing a briefing: data sheet, goal, directions and agenda, as the employee will see them."""

from typing import Any

from common.ids import new_id
from common.steps import Step
from sqlalchemy import select

from interview_record import ledger
from interview_record.agenda import agenda
from interview_record.casefile import Casefile
from interview_record.data_sheet import data_sheet
from interview_record.domain.frozen import Frozen, freeze
from interview_record.domain.preparation import CoreGoalMissing, NoFacts, NothingChanged
from interview_record.storage.interview_tables import BriefingRow
from interview_record.storage.texts import goal_texts


async def share(file: Casefile) -> BriefingRow:
    """Freeze what stands now as the next version and share it.

    Raises CoreGoalMissing, NoFacts, or NothingChanged when it says what the version before said.
    """
    frozen = await _freeze(file)
    tx, row = file.tx, file.row
    before = await tx.session.scalar(
        select(BriefingRow.content_hash).where(
            BriefingRow.tenant_id == tx.tenant_id,
            BriefingRow.interview_id == row.id,
            BriefingRow.number == row.briefing_version,
        )
    )
    if before == frozen.digest:
        raise NothingChanged
    row.briefing_version += 1
    row.briefed_at = row.briefed_at or tx.now
    briefing = BriefingRow(
        tenant_id=tx.tenant_id,
        id=new_id(),
        interview_id=row.id,
        number=row.briefing_version,
        content_hash=frozen.digest,
        shared_at=tx.now,
        shared_by=tx.identity.subject,
    )
    briefing.content = await tx.seal("briefing", "content", briefing.id, row.employee_id, frozen.text)
    tx.add(briefing)
    await ledger.complete(file, Step.SHARED, at=tx.now, subject_id=briefing.id)
    event = file.events.briefed(frozen.digest, tx.now, tx.identity.subject)
    file.record("briefed", event, briefing_version=row.briefing_version, sha256=frozen.digest.hex())
    return briefing


async def _freeze(file: Casefile) -> Frozen:
    core_goal, directions = await goal_texts(file.tx, file.row)
    if not core_goal:
        raise CoreGoalMissing
    sheet = await data_sheet(file.tx, file.row, file.rules)
    if sheet.is_empty:
        raise NoFacts
    document: dict[str, Any] = {
        "form": "tandem.briefing.v1",
        "interview_id": str(file.row.id),
        "employee_id": str(file.row.employee_id),
        "manager_id": str(file.row.manager_id),
        "playbook": {"id": str(file.row.playbook_id), "version": file.row.playbook_version},
        "data_sheet": sheet.document,
        "agenda": agenda(file.row, file.rules, core_goal, directions),
    }
    return freeze(document)
