"""The facts before an interview: KPI results, incidents and highlights, shortfalls; and their imports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tandem_client.api import Document, Json
from tandem_client.resources.group import Group


class Kpis(Group):
    """KPI results and the metrics that they are of."""

    def list(self, **filters: Any) -> Iterator[Document]:
        """Yield KPI results, newest period first."""
        return self._api.items("/v1/kpi-results", **filters)

    def metrics(self) -> Iterator[Document]:
        """Yield the metrics by code."""
        return self._api.items("/v1/metrics")

    def record(self, result: Json) -> Document:
        """Type a result in."""
        return self._api.post("/v1/kpi-results", result)

    def import_file(self, request: Json) -> str:
        """Start to read results from an uploaded file; return the operation's id."""
        return str(self._api.post("/v1/kpi-results:import", request)["operation_id"])


class Facts(Group):
    """Incidents and highlights."""

    def list(self, **filters: Any) -> Iterator[Document]:
        """Yield facts, newest first."""
        return self._api.items("/v1/facts", **filters)

    def record(self, fact: Json) -> Document:
        """Type a fact in."""
        return self._api.post("/v1/facts", fact)

    def import_file(self, request: Json) -> str:
        """Start to read facts from an uploaded file; return the operation's id."""
        return str(self._api.post("/v1/facts:import", request)["operation_id"])


class Imports(Group):
    """Files that were read."""

    def list(self, **filters: Any) -> Iterator[Document]:
        """Yield imports, newest first."""
        return self._api.items("/v1/imports", **filters)

    def undo(self, import_id: str, *, version: int | None = None) -> str:
        """Start to supersede all that an import brought; return the operation's id."""
        path = f"/v1/imports/{import_id}"
        return str(self._api.change(f"{path}:undo", of=path, version=version)["operation_id"])


class Shortfalls(Group):
    """What people fall short of."""

    def list(self, **filters: Any) -> Iterator[Document]:
        """Yield shortfalls, largest first."""
        return self._api.items("/v1/shortfalls", **filters)

    def get(self, shortfall_id: str) -> Document:
        """Return one with its sum."""
        return self._api.get(f"/v1/shortfalls/{shortfall_id}")

    def find(self, search: Json) -> str:
        """Start to look for shortfalls in a population and period; return the operation's id."""
        return str(self._api.post("/v1/shortfalls:find", search)["operation_id"])

    def accept(self, shortfall_id: str, shortfall_type: str, *, version: int | None = None) -> Document:
        """Accept a shortfall and say its type."""
        path = f"/v1/shortfalls/{shortfall_id}"
        return self._api.change(f"{path}:accept", {"shortfall_type": shortfall_type}, of=path, version=version)

    def dismiss(self, shortfall_id: str, reason: str, *, version: int | None = None) -> Document:
        """Dismiss a shortfall."""
        path = f"/v1/shortfalls/{shortfall_id}"
        return self._api.change(f"{path}:dismiss", {"reason": reason}, of=path, version=version)
