"""What every part of the servicer works with."""

from collections.abc import Mapping
from typing import Any

import grpc.aio
from common.blobs import Blobs
from common.database import Database
from common.identity import Identity
from common.pagination import Page, PageTokens

Context = grpc.aio.ServicerContext[Any, Any]


class Methods:
    """The database, the page tokens and the store of files."""

    def __init__(self, database: Database, pages: PageTokens, blobs: Blobs) -> None:
        self._database = database
        self._pages = pages
        self._blobs = blobs

    def _page(self, request: Any, identity: Identity, question: str, filters: Mapping[str, object]) -> Page:
        """Return the page that a list request asks for."""
        return self._pages.open(
            request.page_size,
            request.page_token,
            identity=identity,
            now=self._database.clock.system(),
            question=question,
            filters=filters,
        )
