"""Create or change a job family."""

from uuid import UUID

from common.call import Call
from common.database import Database
from common.errors import VersionMismatch
from common.ids import new_id
from sqlalchemy import select

from directory import events
from directory.storage.queries import POLICY
from directory.storage.tables import JobFamilyRow, PersonRow


async def put_job_family(
    database: Database, call: Call, code: str, *, zh: str, en: str, core: bool, expected_version: int
) -> UUID:
    """Set names and whether the family counts for coverage; its people say so when that changes."""
    POLICY.require(call.identity, "job_family.put")
    async with database.transaction(call) as tx:
        family = await tx.session.scalar(
            select(JobFamilyRow)
            .where(JobFamilyRow.tenant_id == tx.tenant_id, JobFamilyRow.code == code)
            .with_for_update()
        )
        if (family.version if family else 0) != expected_version:
            raise VersionMismatch(resource="job_family")
        was_core = family.core if family else core
        if family is None:
            family = JobFamilyRow(tenant_id=tx.tenant_id, id=new_id(), code=code)
            tx.add(family)
        family.name_zh, family.name_en, family.core = zh, en, core
        if core != was_core:
            members = await tx.session.scalars(
                select(PersonRow).where(PersonRow.tenant_id == tx.tenant_id, PersonRow.job_family == code)
            )
            for person in members:
                tx.publish(person.id, events.person_changed(person, core))
        tx.audit("job_family.put", "job_family", family.id, core=core)
        return tx.done(family.id)
