"""Business units."""

from typing import Annotated
from uuid import UUID

from pydantic import Field
from tandem.directory.v1 import unit_pb2

from gateway.schemas.fields import optional_id
from gateway.schemas.model import Input, PageQuery, Versioned


class UnitOut(Versioned):
    """A business unit."""

    id: UUID
    code: str
    name: str
    parent_id: Annotated[UUID | None, Field(description="Null for the root.")]
    path: Annotated[list[UUID], Field(description="From the root to this unit, both included.")]
    active: bool

    @classmethod
    def of(cls, unit: unit_pb2.Unit) -> "UnitOut":
        """Return the unit."""
        return cls(
            id=UUID(unit.id),
            code=unit.code,
            name=unit.name,
            parent_id=optional_id(unit.parent_id),
            path=[UUID(each) for each in unit.path],
            active=unit.active,
            version=unit.version,
        )


class UnitsQuery(PageQuery):
    """Filters of the list of units."""

    under_unit_id: Annotated[UUID | None, Field(description="The root of the subtree to list.")] = None
    include_inactive: bool = False
    code: Annotated[str, Field(max_length=64, description="Exactly this one.")] = ""


class NewUnit(Input):
    """A unit to create."""

    code: Annotated[str, Field(min_length=1, max_length=64)]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    parent_id: Annotated[UUID | None, Field(description="Null: under the root.")] = None


class UnitChanges(Input):
    """What to change of a unit; a new parent moves it with all under it."""

    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    parent_id: UUID | None = None
