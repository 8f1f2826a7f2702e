"""Make a playbook of the tenant's own from another."""

from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import NotFound, NotYetVisible
from common.ids import new_id
from common.transaction import Transaction
from sqlalchemy import exists, select

from interview_record.domain.playbooks import CodeTaken
from interview_record.policy import POLICY
from interview_record.storage.cycle_tables import PlaybookRow, PlaybookVersionRow
from interview_record.storage.directory_tables import UnitRow


async def derive_playbook(
    database: Database,
    call: Call,
    from_playbook_id: UUID,
    *,
    code: str,
    name_zh: str,
    name_en: str,
    unit_id: UUID | None,
) -> UUID:
    """Copy the newest published rules into a draft under a new code; raise NotFound, or CodeTaken."""
    POLICY.require(call.identity, "playbook.write")
    async with database.transaction(call) as tx:
        origin, rules = await _published(tx, from_playbook_id)
        if unit_id is not None and await tx.session.get(UnitRow, (tx.tenant_id, unit_id)) is None:
            raise NotYetVisible(resource="unit", id=unit_id)
        taken = exists().where(PlaybookRow.tenant_id == tx.tenant_id, PlaybookRow.code == code)
        if await tx.session.scalar(select(taken)):
            raise CodeTaken(code=code)
        row = PlaybookRow(
            tenant_id=tx.tenant_id,
            id=new_id(),
            code=code,
            name_zh=name_zh or name_en,
            name_en=name_en or name_zh,
            built_in=False,
            derived_from_id=origin.id,
            unit_id=unit_id,
            published_version=0,
            draft_version=1,
        )
        tx.add(row)
        tx.add(_first_draft(row, rules))
        tx.audit("playbook.derived", "playbook", row.id, derived_from_id=origin.id)
        return tx.done(row.id)


async def _published(tx: Transaction, playbook_id: UUID) -> tuple[PlaybookRow, PlaybookVersionRow]:
    playbook = await tx.get(PlaybookRow, playbook_id, lock=False)
    rules = await tx.session.get(PlaybookVersionRow, (tx.tenant_id, playbook.id, playbook.published_version))
    if rules is None:
        raise NotFound(resource="playbook", id=playbook_id)
    return playbook, rules


def _first_draft(playbook: PlaybookRow, rules: PlaybookVersionRow) -> PlaybookVersionRow:
    return PlaybookVersionRow(
        tenant_id=playbook.tenant_id,
        playbook_id=playbook.id,
        number=1,
        rules=rules.rules,
        plan_template_ids=rules.plan_template_ids,
    )
