"""Every tenant's built-in playbooks, under ids that are known before they arrive."""

from common.transaction import Transaction

from interview_record.content.playbooks import Playbook, built_in_playbooks
from interview_record.detection import standard_playbook_id
from interview_record.facts_events import playbook_published
from interview_record.rules import built_in_rules, stored_rules
from interview_record.storage.cycle_tables import PlaybookRow, PlaybookVersionRow


async def seed_playbooks(tx: Transaction) -> None:
    """Write the built-in playbooks that the tenant does not have, or has in an older version, and publish them."""
    for code, playbook in built_in_playbooks().items():
        row = await tx.session.get(PlaybookRow, (tx.tenant_id, standard_playbook_id(tx.tenant_id, code)))
        if row is not None and row.published_version >= playbook.version:
            continue
        if row is None:
            row = _row(tx, code, playbook)
            tx.add(row)
        row.published_version = playbook.version
        version = PlaybookVersionRow(
            tenant_id=tx.tenant_id,
            playbook_id=row.id,
            number=playbook.version,
            rules=stored_rules(built_in_rules(code)),
            plan_template_ids=[],
            published_at=tx.now,
        )
        tx.add(version)
        tx.publish(row.id, playbook_published(row, version))


def _row(tx: Transaction, code: str, playbook: Playbook) -> PlaybookRow:
    return PlaybookRow(
        tenant_id=tx.tenant_id,
        id=standard_playbook_id(tx.tenant_id, code),
        code=code,
        name_zh=playbook.name.zh,
        name_en=playbook.name.en,
        built_in=True,
        draft_version=0,
    )
