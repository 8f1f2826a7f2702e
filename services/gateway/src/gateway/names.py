"""Names of people for one page: asked for in one batch, shown as `{id, name}`."""

from collections.abc import Iterable, Mapping
from typing import Annotated
from uuid import UUID

from pydantic import Field
from tandem.directory.v1.person_lookup_pb2 import ResolveNamesRequest

from gateway.calls import ReadCall
from gateway.schemas.fields import distinct
from gateway.schemas.model import Output

_BATCH = 500


class PersonRef(Output):
    """A person, by id and name."""

    id: UUID
    name: Annotated[str | None, Field(description="Absent where you may not know it, or the person was erased.")]


class Names:
    """The names found for a page."""

    def __init__(self, found: Mapping[str, str]) -> None:
        self._found = found

    def ref(self, person_id: str) -> PersonRef:
        """Return the person with their name."""
        return PersonRef(id=UUID(person_id), name=self._found.get(person_id))

    def optional_ref(self, person_id: str) -> PersonRef | None:
        """Return the person, or None for the empty id."""
        return self.ref(person_id) if person_id else None


async def names_for(call: ReadCall, person_ids: Iterable[str]) -> Names:
    """Return the names of these people; ids may repeat and be empty."""
    wanted = distinct(person_ids)
    found: dict[str, str] = {}
    for start in range(0, len(wanted), _BATCH):
        reply = await call.directory.ResolveNames(ResolveNamesRequest(person_ids=wanted[start : start + _BATCH]))
        found.update({each.person_id: each.name for each in reply.names})
    return Names(found)
