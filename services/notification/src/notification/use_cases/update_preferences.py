"""Changing how one wants to be told."""

from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import Forbidden, VersionMismatch

from notification.content.messages import message_templates
from notification.domain.errors import unknown_template
from notification.domain.preferences import Preferences
from notification.storage.messages import POLICY
from notification.storage.tables import PreferenceRow


async def update_preferences(database: Database, call: Call, wish: Preferences, expected_version: int) -> UUID:
    """Keep the caller's wish; version 0 stands for never changed before. Returns the person's id."""
    POLICY.require(call.identity, "preferences.update")
    person_id = call.identity.person_id
    if person_id is None:
        raise Forbidden(action="preferences.update")
    muted = sorted(wish.muted)
    for position, code in enumerate(muted):
        if code not in message_templates():
            raise unknown_template(position)
    async with database.transaction(call) as tx:
        row = await tx.session.get(PreferenceRow, (tx.tenant_id, person_id), with_for_update=True)
        if (row.version if row else 0) != expected_version:
            raise VersionMismatch(resource="preferences")
        if row is None:
            row = PreferenceRow(tenant_id=tx.tenant_id, id=person_id)
            tx.add(row)
        row.mail, row.mail_muted_templates = wish.mail, muted
        row.quiet_from_minute, row.quiet_until_minute = wish.quiet.from_minute, wish.quiet.until_minute
        tx.audit("preferences.updated", "preferences", person_id, mail=wish.mail, muted=len(muted))
        return tx.done(person_id)
