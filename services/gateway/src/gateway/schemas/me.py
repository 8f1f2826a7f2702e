"""The caller, as the platform sees them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from common.identity import Grant
from pydantic import Field

from gateway.schemas.model import Output


class GrantOut(Output):
    """A role held over a unit and all under it."""

    role: Annotated[str, Field(examples=["hrbp"])]
    unit_id: Annotated[UUID | None, Field(description="Null: the whole tenant.")]

    @classmethod
    def of(cls, grant: Grant) -> "GrantOut":
        """Return the grant."""
        return cls(role=grant.role, unit_id=grant.unit_id)


class OpenWork(Output):
    """How much waits for the caller; null where the service that counts does not answer."""

    overdue: Annotated[int | None, Field(description="Steps of the caller's whose due time has passed.")]
    due_today: int | None
    due_within_a_week: int | None
    later: int | None
    unread_messages: int | None


class TenantOut(Output):
    """The enterprise the caller belongs to."""

    id: UUID
    name: str
    demo: Annotated[bool, Field(description="Its business clock may be advanced.")]
    default_locale: str
    default_time_zone: str


class MeOut(Output):
    """Who is calling, what they hold and what waits for them."""

    kind: Literal["person", "machine", "service"]
    person_id: UUID | None
    name: Annotated[str | None, Field(description="Null for a machine client.")]
    locale: str
    time_zone: str | None
    tenant: TenantOut
    grants: list[GrantOut]
    is_manager: Annotated[bool, Field(description="People report to the caller.")]
    scopes: Annotated[list[str], Field(description="Machine clients only.")]
    auth_time: Annotated[datetime | None, Field(description="When the caller last proved their identity.")]
    open: OpenWork
