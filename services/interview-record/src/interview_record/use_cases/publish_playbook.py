"""Publish a playbook's draft as its next version."""

from uuid import UUID

from common.call import Call
from common.database import Database

from interview_record.domain.playbooks import BuiltIn, NothingToPublish
from interview_record.facts_events import playbook_published
from interview_record.policy import POLICY
from interview_record.storage.cycle_tables import PlaybookRow, PlaybookVersionRow


async def publish_playbook(database: Database, call: Call, playbook_id: UUID, expected_version: int) -> UUID:
    """Publish; cases that run keep the version they began with. Raises BuiltIn, or NothingToPublish."""
    POLICY.require(call.identity, "playbook.write")
    async with database.transaction(call) as tx:
        row = await tx.get(PlaybookRow, playbook_id, expected_version=expected_version)
        if row.built_in:
            raise BuiltIn(code=row.code)
        draft = await tx.session.get(PlaybookVersionRow, (tx.tenant_id, row.id, row.draft_version))
        if draft is None or row.draft_version <= row.published_version:
            raise NothingToPublish
        row.published_version, draft.published_at = row.draft_version, tx.now
        tx.publish(row.id, playbook_published(row, draft))
        tx.audit("playbook.published", "playbook", row.id, playbook_version=draft.number)
        return tx.done(row.id)
