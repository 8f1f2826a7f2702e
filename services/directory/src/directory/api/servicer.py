"""The directory's servicer: one class per noun, served together."""

import grpc.aio
from common.blobs import Blobs
from common.database import Database
from common.pagination import PageTokens
from tandem.directory.v1 import directory_service_pb2_grpc as rpc

from directory.api.identity_rpcs import IdentityRpcs
from directory.api.people_rpcs import PeopleRpcs
from directory.api.tenant_rpcs import TenantRpcs
from directory.api.unit_rpcs import UnitRpcs


class DirectoryServicer(TenantRpcs, IdentityRpcs, PeopleRpcs, UnitRpcs, rpc.DirectoryServiceServicer):
    """Serves DirectoryService."""

    def __init__(self, database: Database, page_tokens: PageTokens, blobs: Blobs) -> None:
        self.database = database
        self.page_tokens = page_tokens
        self.blobs = blobs

    def add_to(self, server: grpc.aio.Server) -> None:
        """Register with the server."""
        rpc.add_DirectoryServiceServicer_to_server(self, server)
