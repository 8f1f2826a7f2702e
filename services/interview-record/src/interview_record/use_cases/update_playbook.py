"""Change the draft of a playbook; a published one gets a new draft."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from common.call import Call
from common.database import Database

from interview_record.domain.playbooks import BuiltIn
from interview_record.policy import POLICY
from interview_record.storage.cycle_tables import PlaybookRow, PlaybookVersionRow


async def update_playbook(
    database: Database,
    call: Call,
    playbook_id: UUID,
    *,
    name: tuple[str, str] | None,
    rules: dict[str, Any],
    plan_template_ids: Sequence[str],
    expected_version: int,
) -> UUID:
    """Write the rules into the draft; `name` is (Chinese, English), None keeps it. Raises BuiltIn."""
    POLICY.require(call.identity, "playbook.write")
    async with database.transaction(call) as tx:
        row = await tx.get(PlaybookRow, playbook_id, expected_version=expected_version)
        if row.built_in:
            raise BuiltIn(code=row.code)
        if name is not None:
            row.name_zh, row.name_en = name[0] or name[1], name[1] or name[0]
        if row.draft_version <= row.published_version:
            row.draft_version = row.published_version + 1
        draft = await tx.session.get(PlaybookVersionRow, (tx.tenant_id, row.id, row.draft_version))
        if draft is None:
            draft = PlaybookVersionRow(tenant_id=tx.tenant_id, playbook_id=row.id, number=row.draft_version)
            tx.add(draft)
        elif draft.rules != rules or draft.plan_template_ids != list(plan_template_ids):
            # The draft is part of the playbook: changing it moves the playbook's version.
            row.touched_at = tx.now
        draft.rules, draft.plan_template_ids = rules, list(plan_template_ids)
        tx.audit("playbook.updated", "playbook", row.id, playbook_version=row.draft_version)
        return tx.done(row.id)
