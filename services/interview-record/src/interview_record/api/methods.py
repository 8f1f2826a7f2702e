"""What every part of the servicer works with."""

from typing import Any

import grpc.aio
from common.blobs import Blobs
from common.database import Database
from common.pagination import PageTokens

Context = grpc.aio.ServicerContext[Any, Any]


class Methods:
    """The database, the page tokens and the store of files."""

    def __init__(self, database: Database, pages: PageTokens, blobs: Blobs) -> None:
        self._database = database
        self._pages = pages
        self._blobs = blobs
