"""What the linter judges a draft against, loaded inside a transaction or for reading."""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from plan_tracking.domain.content import Content
from plan_tracking.domain.linter import Setting
from plan_tracking.storage.copies import Source
from plan_tracking.storage.copy_tables import InterviewRow, PersonRow


async def setting_of(source: Source, interview: InterviewRow, today: date, content: Content) -> Setting:
    """Return today, the requests to answer, and which of the owners are active people."""
    owners = {measure.owner_id for measure in content.measures if measure.owner_id is not None}
    active = await source.session.scalars(
        select(PersonRow.id).where(
            PersonRow.tenant_id == source.tenant_id, PersonRow.id.in_(owners), PersonRow.active.is_(True)
        )
    )
    return Setting(today, tuple(UUID(each["id"]) for each in interview.requests), frozenset(active).__contains__)
