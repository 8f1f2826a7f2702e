"""What is due, what was done in time, and what people were told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tandem_client.api import Document
from tandem_client.resources.group import Group


class Ledger(Group):
    """The compliance ledger and the open steps."""

    def interview(self, interview_id: str) -> Document:
        """Return an interview's rows and its verdict."""
        return self._api.get(f"/v1/interviews/{interview_id}/ledger")

    def list(self, **filters: Any) -> Iterator[Document]:
        """Yield rows of the ledger."""
        return self._api.items("/v1/ledger", **filters)

    def open_steps(self, **filters: Any) -> Iterator[Document]:
        """Yield open steps by due date."""
        return self._api.items("/v1/open-steps", **filters)


class Messages(Group):
    """The caller's message box."""

    def list(self, **filters: Any) -> Iterator[Document]:
        """Yield the caller's messages, newest first."""
        return self._api.items("/v1/messages", **filters)

    def mark_read(self, message_id: str) -> Document:
        """Mark a message as read."""
        return self._api.post(f"/v1/messages/{message_id}:mark-read")
