"""RPCs about business units and grants over them."""

from uuid import UUID

from common.call import current_call
from common.database import Database
from common.grpc_server import Context, once
from common.pagination import PageTokens
from tandem.directory.v1 import grant_pb2
from tandem.directory.v1 import unit_pb2 as pb

from directory.api import mapping
from directory.storage import queries
from directory.storage.queries import POLICY
from directory.storage.tables import GrantRow, UnitRow
from directory.use_cases.create_grant import create_grant
from directory.use_cases.create_unit import create_unit
from directory.use_cases.deactivate_unit import deactivate_unit
from directory.use_cases.revoke_grant import revoke_grant
from directory.use_cases.update_unit import update_unit


class UnitRpcs:
    """Serves units and grants."""

    database: Database
    page_tokens: PageTokens

    async def CreateUnit(self, request: pb.CreateUnitRequest, context: Context) -> pb.CreateUnitResponse:
        """Create a unit."""
        parent_id = mapping.id_or_none(request.parent_id)
        unit_id = await once(create_unit(self.database, current_call(), request.code, request.name, parent_id))
        return pb.CreateUnitResponse(unit=await self._unit(unit_id))

    async def UpdateUnit(self, request: pb.UpdateUnitRequest, context: Context) -> pb.UpdateUnitResponse:
        """Rename or move a unit."""
        unit_id = await once(
            update_unit(
                self.database,
                current_call(),
                UUID(request.unit_id),
                name=request.name if request.HasField("name") else None,
                parent_id=UUID(request.parent_id) if request.HasField("parent_id") else None,
                expected_version=request.expected_version,
            )
        )
        return pb.UpdateUnitResponse(unit=await self._unit(unit_id))

    async def DeactivateUnit(self, request: pb.DeactivateUnitRequest, context: Context) -> pb.DeactivateUnitResponse:
        """End a unit."""
        unit_id = await once(
            deactivate_unit(self.database, current_call(), UUID(request.unit_id), request.expected_version)
        )
        return pb.DeactivateUnitResponse(unit=await self._unit(unit_id))

    async def GetUnit(self, request: pb.GetUnitRequest, context: Context) -> pb.GetUnitResponse:
        """Answer one unit."""
        POLICY.require(current_call().identity, "unit.read")
        return pb.GetUnitResponse(unit=await self._unit(UUID(request.unit_id)))

    async def ListUnits(self, request: pb.ListUnitsRequest, context: Context) -> pb.ListUnitsResponse:
        """List units, parents before children."""
        identity = current_call().identity
        POLICY.require(identity, "unit.read")
        page = self.page_tokens.open(
            request.page_size,
            request.page_token,
            identity=identity,
            now=self.database.clock.system(),
            question="units",
            filters={"under": request.under_unit_id, "all": request.include_inactive, "code": request.code},
        )
        async with self.database.read(identity) as reader:
            rows, token = await queries.list_units(
                reader,
                page,
                under_unit_id=mapping.id_or_none(request.under_unit_id),
                include_inactive=request.include_inactive,
                code=request.code,
            )
        return pb.ListUnitsResponse(units=[mapping.unit(row) for row in rows], next_page_token=token)

    async def CreateGrant(
        self, request: grant_pb2.CreateGrantRequest, context: Context
    ) -> grant_pb2.CreateGrantResponse:
        """Give a person a role."""
        grant_id = await once(
            create_grant(
                self.database,
                current_call(),
                UUID(request.person_id),
                mapping.role(request.role),
                mapping.id_or_none(request.unit_id),
            )
        )
        return grant_pb2.CreateGrantResponse(grant=await self._grant(grant_id))

    async def RevokeGrant(
        self, request: grant_pb2.RevokeGrantRequest, context: Context
    ) -> grant_pb2.RevokeGrantResponse:
        """Take a role back."""
        grant_id = await once(
            revoke_grant(self.database, current_call(), UUID(request.grant_id), request.expected_version)
        )
        return grant_pb2.RevokeGrantResponse(grant=await self._grant(grant_id))

    async def ListGrants(self, request: grant_pb2.ListGrantsRequest, context: Context) -> grant_pb2.ListGrantsResponse:
        """List grants."""
        identity = current_call().identity
        POLICY.require(identity, "grant.read")
        person_id, unit_id = mapping.id_or_none(request.person_id), mapping.id_or_none(request.unit_id)
        role = mapping.role(request.role)
        page = self.page_tokens.open(
            request.page_size,
            request.page_token,
            identity=identity,
            now=self.database.clock.system(),
            question="grants",
            filters={"person": person_id, "role": role, "unit": unit_id, "all": request.include_revoked},
        )
        async with self.database.read(identity) as reader:
            rows, token = await queries.list_grants(
                reader, page, person_id=person_id, role=role, unit_id=unit_id, include_revoked=request.include_revoked
            )
        return grant_pb2.ListGrantsResponse(grants=[mapping.grant(row) for row in rows], next_page_token=token)

    async def _unit(self, unit_id: UUID) -> pb.Unit:
        async with self.database.read(current_call().identity) as reader:
            return mapping.unit(await queries.find(reader, UnitRow, unit_id, "unit"))

    async def _grant(self, grant_id: UUID) -> grant_pb2.Grant:
        async with self.database.read(current_call().identity) as reader:
            return mapping.grant(await queries.find(reader, GrantRow, grant_id, "grant"))
