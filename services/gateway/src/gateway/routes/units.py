"""Business units: the tree that grants, calendars and figures follow."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from tandem.directory.v1 import unit_pb2 as pb

from gateway.calls import Change, Read, Write
from gateway.resource import Resource
from gateway.schemas.fields import given, id_text
from gateway.schemas.model import Page
from gateway.schemas.units import NewUnit, UnitChanges, UnitOut, UnitsQuery

units = Resource("units", "Units")


@units.get("")
async def list_units(call: Read, query: Annotated[UnitsQuery, Query()]) -> Page[UnitOut]:
    """The units, parents before children."""
    reply = await call.directory.ListUnits(
        pb.ListUnitsRequest(
            under_unit_id=id_text(query.under_unit_id),
            include_inactive=query.include_inactive,
            code=query.code,
            page_size=query.page_size,
            page_token=query.page_token,
        )
    )
    return Page.of(map(UnitOut.of, reply.units), reply.next_page_token)


@units.post("", status_code=201)
async def create_unit(unit: NewUnit, call: Write) -> UnitOut:
    """Create a unit. 409 `CODE_TAKEN`."""
    request = pb.CreateUnitRequest(code=unit.code, name=unit.name, parent_id=id_text(unit.parent_id))
    return UnitOut.of((await call.directory.CreateUnit(request)).unit)


@units.get("/{id}")
async def get_unit(id: UUID, call: Read) -> UnitOut:
    """One unit."""
    reply = await call.directory.GetUnit(pb.GetUnitRequest(unit_id=str(id)))
    return UnitOut.of(reply.unit)


@units.patch("/{id}")
async def update_unit(id: UUID, changes: UnitChanges, call: Change) -> UnitOut:
    """Rename a unit, or move it with all under it. 409 `UNIT_UNDER_ITSELF`: a move into its own subtree."""
    reply = await call.directory.UpdateUnit(
        pb.UpdateUnitRequest(
            unit_id=str(id),
            name=changes.name,
            parent_id=given(str, changes.parent_id),
            expected_version=call.version,
        )
    )
    return UnitOut.of(reply.unit)


@units.post("/{id}:deactivate")
async def deactivate_unit(id: UUID, call: Change) -> UnitOut:
    """End a unit. 409 `UNIT_IN_USE`: it has active people or units."""
    reply = await call.directory.DeactivateUnit(
        pb.DeactivateUnitRequest(unit_id=str(id), expected_version=call.version)
    )
    return UnitOut.of(reply.unit)
