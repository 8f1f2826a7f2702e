"""When people meet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tandem_client.api import Document, Json
from tandem_client.resources.group import Group


class Bookings(Group):
    """Slots and bookings."""

    def slots(self, interview_id: str, **filters: Any) -> Document:
        """Return starts, each refused one with every reason, and the earliest day that keeps notice."""
        return self._api.get(f"/v1/interviews/{interview_id}/slots", **filters)

    def list(self, **filters: Any) -> Iterator[Document]:
        """Yield the bookings that the caller may see, by start."""
        return self._api.items("/v1/bookings", **filters)

    def get(self, booking_id: str) -> Document:
        """Return one booking."""
        return self._api.get(f"/v1/bookings/{booking_id}")

    def propose(self, booking: Json) -> Document:
        """Hold both people's time and send the invitation."""
        return self._api.post("/v1/bookings", booking)

    def accept(self, booking_id: str, *, version: int | None = None) -> Document:
        """Confirm a proposed booking."""
        return self._act(booking_id, "accept", {}, version)

    def decline(self, booking_id: str, reason: str, note: str = "", *, version: int | None = None) -> Document:
        """Decline a proposed booking."""
        return self._act(booking_id, "decline", {"reason": reason, "note": note}, version)

    def move(self, booking_id: str, move: Json, *, version: int | None = None) -> Document:
        """Replace a booking by another start."""
        return self._act(booking_id, "move", move, version)

    def cancel(self, booking_id: str, note: str = "", *, version: int | None = None) -> Document:
        """Cancel a booking."""
        return self._act(booking_id, "cancel", {"note": note}, version)

    def no_show(self, booking_id: str, absent: Json, *, version: int | None = None) -> Document:
        """Record that somebody did not come."""
        return self._act(booking_id, "record-no-show", absent, version)

    def _act(self, booking_id: str, verb: str, body: Json, version: int | None) -> Document:
        path = f"/v1/bookings/{booking_id}"
        return self._api.change(f"{path}:{verb}", body, of=path, version=version)
