"""Add a person."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from common.call import Call
from common.database import Database
from common.ids import new_id
from sqlalchemy import exists, select

from directory import events
from directory.domain.days import today
from directory.domain.errors import ExternalIdTaken
from directory.people import is_core, set_manager
from directory.storage.queries import POLICY
from directory.storage.tables import PersonRow, TenantRecordRow, UnitRow


@dataclass(frozen=True)
class NewPerson:
    """What HR knows of a person; locale, zone and calendar are the tenant's where empty."""

    external_id: str
    name: str
    mail: str
    post: str
    unit_id: UUID
    manager_id: UUID | None
    job_family: str
    level: str
    employee_type: str
    hired_on: date | None
    locale: str
    time_zone: str
    calendar_code: str


async def create_person(database: Database, call: Call, new: NewPerson) -> UUID:
    """Add the person under their manager from today on."""
    POLICY.require(call.identity, "person.create")
    async with database.transaction(call) as tx:
        taken = exists().where(PersonRow.tenant_id == tx.tenant_id, PersonRow.external_id == new.external_id)
        if await tx.session.scalar(select(taken)):
            raise ExternalIdTaken
        tenant = await tx.get(TenantRecordRow, tx.tenant_id, lock=False)
        unit = await tx.get(UnitRow, new.unit_id, lock=False)
        core = await is_core(tx, new.job_family)
        person = PersonRow(
            tenant_id=tx.tenant_id,
            id=new_id(),
            external_id=new.external_id,
            name=new.name,
            mail=new.mail,
            post=new.post,
            unit_id=unit.id,
            unit_path=unit.path,
            manager_id=None,
            chain=[],
            job_family=new.job_family,
            level=new.level,
            employee_type=new.employee_type,
            hired_on=new.hired_on,
            locale=new.locale or tenant.default_locale,
            time_zone=new.time_zone or tenant.default_time_zone,
            calendar_code=new.calendar_code or tenant.default_calendar_code,
            placeholder=False,
            active=True,
        )
        tx.add(person)
        await set_manager(tx, person, new.manager_id, new.hired_on or today(tx.now, person.time_zone))
        tx.publish(person.id, events.person_changed(person, core))
        tx.audit("person.created", "person", person.id, unit_id=unit.id, manager_id=new.manager_id)
        return tx.done(person.id)
