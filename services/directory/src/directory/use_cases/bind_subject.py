"""Bind a login to a person, once."""

from uuid import UUID

from common.call import Call
from common.database import Database
from sqlalchemy import select

from directory.domain.errors import PersonInactive, SubjectAlreadyBound, UnknownSubject
from directory.storage.tables import BindingRow, PersonRow


async def bind_subject(database: Database, call: Call, issuer: str, subject: str, external_id: str) -> UUID:
    """Bind (issuer, subject) to the person whose external id equals the issuer's claim; the call is in their tenant."""
    async with database.transaction(call) as tx:
        person = await tx.session.scalar(
            select(PersonRow)
            .where(PersonRow.tenant_id == tx.tenant_id, PersonRow.external_id == external_id)
            .with_for_update()
        )
        if person is None:
            raise UnknownSubject
        if not person.active:
            raise PersonInactive
        bound = await tx.session.scalar(
            select(BindingRow).where(
                BindingRow.tenant_id == tx.tenant_id, BindingRow.issuer == issuer, BindingRow.person_id == person.id
            )
        )
        if bound is not None and bound.subject != subject:
            raise SubjectAlreadyBound
        if bound is None:
            tx.add(
                BindingRow(tenant_id=tx.tenant_id, issuer=issuer, subject=subject, person_id=person.id, bound_at=tx.now)
            )
            tx.audit("subject.bound", "person", person.id)
        return tx.done(person.id)
