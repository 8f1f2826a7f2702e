"""Roles over units, and programs that call with scopes."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from tandem.directory.v1 import facts_pb2, grant_pb2, identity_pb2

from gateway.names import Names, PersonRef
from gateway.schemas.fields import moment, optional_id, word
from gateway.schemas.model import Input, PageQuery, Versioned


class Role(StrEnum):
    """What a person may do for others."""

    HRBP = "hrbp"
    HR_ADMIN = "hr_admin"
    AUDITOR = "auditor"


class GrantOut(Versioned):
    """A role that a person holds over a unit and all under it."""

    id: UUID
    person: PersonRef
    role: Role
    unit_id: Annotated[UUID | None, Field(description="Null: the whole tenant.")]
    granted_at: datetime | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, grant: grant_pb2.Grant, names: Names) -> "GrantOut":
        """Return the grant with the person's name."""
        return cls(
            id=UUID(grant.id),
            person=names.ref(grant.person_id),
            role=word(Role, facts_pb2.Role, grant.role),
            unit_id=optional_id(grant.unit_id),
            granted_at=moment(grant.granted_at),
            revoked_at=moment(grant.revoked_at),
            version=grant.version,
        )


class GrantsQuery(PageQuery):
    """Filters of the list of grants."""

    person_id: UUID | None = None
    role: Role | None = None
    unit_id: UUID | None = None
    include_revoked: bool = False


class NewGrant(Input):
    """A role to give."""

    person_id: UUID
    role: Role
    unit_id: Annotated[UUID | None, Field(description="Null: the whole tenant; an HRBP needs one.")] = None


class MachineClientOut(Versioned):
    """A program that calls by client credentials; it never signs."""

    id: UUID
    issuer: str
    client_id: str
    label: str
    scopes: list[str]
    created_at: datetime | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, client: identity_pb2.MachineClient) -> "MachineClientOut":
        """Return the machine client."""
        return cls(
            id=UUID(client.id),
            issuer=client.issuer,
            client_id=client.client_id,
            label=client.label,
            scopes=list(client.scopes),
            created_at=moment(client.created_at),
            revoked_at=moment(client.revoked_at),
            version=client.version,
        )


class NewMachineClient(Input):
    """A program to let in."""

    issuer: Annotated[str, Field(min_length=1, max_length=500)]
    client_id: Annotated[str, Field(min_length=1, max_length=255)]
    label: Annotated[str, Field(min_length=1, max_length=200)]
    scopes: Annotated[list[str], Field(min_length=1, max_length=20, examples=[["people:write", "facts:write"]])]
