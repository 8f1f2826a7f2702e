"""Playbooks and cycles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tandem_client.api import Document, Json
from tandem_client.resources.group import Group


class Playbooks(Group):
    """The standards that interviews follow."""

    def list(self) -> Iterator[Document]:
        """Yield the newest version of each playbook, built-in ones first."""
        return self._api.items("/v1/playbooks")


class Cycles(Group):
    """Campaigns of interviews."""

    def list(self, **filters: Any) -> Iterator[Document]:
        """Yield cycles, newest first."""
        return self._api.items("/v1/cycles", **filters)

    def get(self, cycle_id: str) -> Document:
        """Return one cycle with its counts."""
        return self._api.get(f"/v1/cycles/{cycle_id}")

    def create(self, cycle: Json) -> Document:
        """Draft a cycle."""
        return self._api.post("/v1/cycles", cycle)

    def preview(self, cycle_id: str, **filters: Any) -> Document:
        """Return whom the cycle would reach and why, a page at a time, with the counts."""
        return self._api.get(f"/v1/cycles/{cycle_id}/preview", **filters)

    def previewed(self, cycle_id: str, **filters: Any) -> Iterator[Document]:
        """Yield everybody of the cycle's units, in or out, with why."""
        return self._api.items(f"/v1/cycles/{cycle_id}/preview", **filters)

    def members(self, cycle_id: str, **filters: Any) -> Iterator[Document]:
        """Yield a launched cycle's population as it was frozen."""
        return self._api.items(f"/v1/cycles/{cycle_id}/members", **filters)

    def launch(self, cycle_id: str, *, version: int | None = None) -> str:
        """Start to open the interviews; return the operation's id."""
        return str(self._act(cycle_id, "launch", {}, version)["operation_id"])

    def close(self, cycle_id: str, *, version: int | None = None) -> Document:
        """End a launched cycle; open interviews go on."""
        return self._act(cycle_id, "close", {}, version)

    def cancel(self, cycle_id: str, reason: str, *, version: int | None = None) -> Document:
        """Cancel a cycle and its interviews that are not briefed yet."""
        return self._act(cycle_id, "cancel", {"reason": reason}, version)

    def _act(self, cycle_id: str, verb: str, body: Json, version: int | None) -> Document:
        path = f"/v1/cycles/{cycle_id}"
        return self._api.change(f"{path}:{verb}", body, of=path, version=version)
