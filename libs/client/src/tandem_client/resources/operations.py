"""Long work, and the files that go in and out of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from tandem_client.api import Document
from tandem_client.problems import Unreachable
from tandem_client.resources.group import Group

ENDED = frozenset({"succeeded", "failed", "cancelled"})
# Between two looks where the stream of events has broken off.
_PAUSE = 1.0


class Operations(Group):
    """Long work of every service."""

    def get(self, operation_id: str) -> Document:
        """Return where the operation stands."""
        return self._api.get(f"/v1/operations/{operation_id}")

    def list(self, service: str, **filters: Any) -> Iterator[Document]:
        """Yield the service's operations, newest first; `kind` and `state` narrow it."""
        return self._api.items("/v1/operations", service=service, **filters)

    def follow(self, operation_id: str, *, sleep: Callable[[float], None] = time.sleep) -> Iterator[Document]:
        """Yield the operation whenever it changes, until it has ended."""
        while True:
            try:
                for operation in self._api.events(f"/v1/operations/{operation_id}/events"):
                    yield operation
                    if operation["state"] in ENDED:
                        return
            except Unreachable:
                sleep(_PAUSE)
            operation = self.get(operation_id)
            yield operation
            if operation["state"] in ENDED:
                return
            sleep(_PAUSE)

    def wait(self, operation_id: str) -> Document:
        """Return the operation as it ended."""
        *_, last = self.follow(operation_id)
        return last

    def errors(self, operation_id: str) -> Iterator[Document]:
        """Yield what is wrong with which row of the input; warnings too."""
        return self._api.items(f"/v1/operations/{operation_id}/errors", page_size=1000)

    def error_file(self, operation_id: str) -> bytes:
        """Return the rows that failed with their reasons, to be corrected and imported again."""
        return self._api.download(f"/v1/operations/{operation_id}/error-file")

    def cancel(self, operation_id: str) -> Document:
        """Stop the operation after its current chunk."""
        return self._api.post(f"/v1/operations/{operation_id}:cancel")


class Files(Group):
    """Files on their way in and out."""

    def upload(self, content: bytes, purpose: str) -> Document:
        """Upload a file for `import` or as `evidence`."""
        return self._api.upload("/v1/files", content, purpose=purpose)

    def download(self, file_id: str) -> bytes:
        """Return a file that the caller uploaded."""
        return self._api.download(f"/v1/files/{file_id}")
