"""The caller, people, units, and the tenant's clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tandem_client.api import Document, Json
from tandem_client.resources.group import Group


class Me(Group):
    """The caller."""

    def get(self) -> Document:
        """Return who calls, what they hold and what waits for them."""
        return self._api.get("/v1/me")


class People(Group):
    """People, as directory knows them."""

    def list(self, **filters: Any) -> Iterator[Document]:
        """Yield the people whom the caller may see, by name."""
        return self._api.items("/v1/people", **filters)

    def get(self, person_id: str) -> Document:
        """Return one person."""
        return self._api.get(f"/v1/people/{person_id}")

    def named(self, external_id: str) -> Document | None:
        """Return the person of an external id, or None where the caller sees nobody of that id."""
        found = self._api.items("/v1/people", limit=1, external_id=external_id, include_inactive=True)
        return next(found, None)

    def colleague(self, external_id: str) -> Document | None:
        """Return id, name and post of an active person of this external id, whoever they are."""
        found = self._api.get("/v1/colleagues", text=external_id)["items"]
        return next((each for each in found if each["external_id"] == external_id), None)

    def create(self, person: Json) -> Document:
        """Add a person."""
        return self._api.post("/v1/people", person)

    def update(self, person_id: str, changes: Json, *, version: int | None = None) -> Document:
        """Change a person; what is not given stays."""
        path = f"/v1/people/{person_id}"
        return self._api.change(path, changes, of=path, method="PATCH", version=version)

    def change_manager(self, person_id: str, change: Json, *, version: int | None = None) -> Document:
        """Give a person another manager from a day on."""
        path = f"/v1/people/{person_id}"
        return self._api.change(f"{path}:change-manager", change, of=path, version=version)

    def record_leaving(self, person_id: str, leaving: Json, *, version: int | None = None) -> Document:
        """Record that a person leaves."""
        path = f"/v1/people/{person_id}"
        return self._api.change(f"{path}:record-leaving", leaving, of=path, version=version)

    def import_file(self, request: Json) -> str:
        """Start to read people from an uploaded file; return the operation's id."""
        return str(self._api.post("/v1/people:import", request)["operation_id"])


class Units(Group):
    """Business units."""

    def list(self, **filters: Any) -> Iterator[Document]:
        """Yield the units."""
        return self._api.items("/v1/units", **filters)

    def coded(self, code: str) -> Document | None:
        """Return the unit of a code, or None where there is none."""
        return next(self._api.items("/v1/units", limit=1, code=code), None)

    def create(self, unit: Json) -> Document:
        """Create a unit."""
        return self._api.post("/v1/units", unit)


class Grants(Group):
    """Roles over units."""

    def list(self, **filters: Any) -> Iterator[Document]:
        """Yield the grants."""
        return self._api.items("/v1/grants", **filters)

    def create(self, person_id: str, role: str, unit_id: str | None = None) -> Document:
        """Give a person a role over a unit and all under it; no unit means the whole tenant."""
        return self._api.post("/v1/grants", {"person_id": person_id, "role": role, "unit_id": unit_id})

    def revoke(self, grant_id: str, *, version: int | None = None) -> Document:
        """Take a grant back."""
        path = f"/v1/grants/{grant_id}"
        return self._api.change(f"{path}:revoke", of=path, version=version)


class Clock(Group):
    """The tenant's business time."""

    def get(self) -> Document:
        """Return the business time, and whether it was moved."""
        return self._api.get("/v1/demo/clock")

    def advance(self, to: datetime) -> str:
        """Start to move a demo tenant's clock forward; return the operation's id."""
        return str(self._api.post("/v1/demo/clock:advance", {"to": to.isoformat()})["operation_id"])
