"""RPCs about the tenant itself: defaults, job families, clock."""

from uuid import UUID

from common.call import current_call
from common.database import Database
from common.grpc_server import Context, once
from common.pagination import PageTokens
from common.timestamps import from_timestamp, to_timestamp
from tandem.directory.v1 import clock_pb2, job_family_pb2, tenant_pb2

from directory.api import mapping
from directory.api.mapping import given
from directory.storage.queries import POLICY, find, list_job_families
from directory.storage.tables import JobFamilyRow, TenantRecordRow
from directory.use_cases.put_job_family import put_job_family
from directory.use_cases.start_clock_advance import start_clock_advance
from directory.use_cases.update_tenant import update_tenant

_DEFAULTS = ("name", "default_locale", "default_time_zone", "default_calendar_code")


class TenantRpcs:
    """Serves the tenant, its job families and its clock."""

    database: Database
    page_tokens: PageTokens

    async def GetTenant(self, request: tenant_pb2.GetTenantRequest, context: Context) -> tenant_pb2.GetTenantResponse:
        """Answer the caller's tenant."""
        POLICY.require(current_call().identity, "tenant.read")
        return tenant_pb2.GetTenantResponse(tenant=await self._tenant())

    async def UpdateTenant(
        self, request: tenant_pb2.UpdateTenantRequest, context: Context
    ) -> tenant_pb2.UpdateTenantResponse:
        """Change the tenant's defaults."""
        changes = given(request, _DEFAULTS)
        await once(update_tenant(self.database, current_call(), changes, request.expected_version))
        return tenant_pb2.UpdateTenantResponse(tenant=await self._tenant())

    async def PutJobFamily(
        self, request: job_family_pb2.PutJobFamilyRequest, context: Context
    ) -> job_family_pb2.PutJobFamilyResponse:
        """Create or change a job family."""
        call = current_call()
        family_id = await once(
            put_job_family(
                self.database,
                call,
                request.code,
                zh=request.name.zh_cn,
                en=request.name.en,
                core=request.core,
                expected_version=request.expected_version,
            )
        )
        async with self.database.read(call.identity) as reader:
            row = await find(reader, JobFamilyRow, family_id, "job_family")
            return job_family_pb2.PutJobFamilyResponse(job_family=mapping.job_family(row))

    async def ListJobFamilies(
        self, request: job_family_pb2.ListJobFamiliesRequest, context: Context
    ) -> job_family_pb2.ListJobFamiliesResponse:
        """List job families."""
        identity = current_call().identity
        POLICY.require(identity, "job_family.read")
        page = self.page_tokens.open(
            request.page_size,
            request.page_token,
            identity=identity,
            now=self.database.clock.system(),
            question="job_families",
        )
        async with self.database.read(identity) as reader:
            rows, token = await list_job_families(reader, page)
        return job_family_pb2.ListJobFamiliesResponse(
            job_families=[mapping.job_family(row) for row in rows], next_page_token=token
        )

    async def GetClock(self, request: clock_pb2.GetClockRequest, context: Context) -> clock_pb2.GetClockResponse:
        """Answer the tenant's business time."""
        clock, tenant_id = self.database.clock, current_call().identity.tenant_id
        return clock_pb2.GetClockResponse(now=to_timestamp(clock.now(tenant_id)), moved=bool(clock.offset(tenant_id)))

    async def AdvanceClock(
        self, request: clock_pb2.AdvanceClockRequest, context: Context
    ) -> clock_pb2.AdvanceClockResponse:
        """Move a demo tenant's clock forward."""
        to = from_timestamp(request.to)
        operation_id = await once(start_clock_advance(self.database, current_call(), to))
        return clock_pb2.AdvanceClockResponse(operation_id=str(operation_id))

    async def _tenant(self) -> tenant_pb2.Tenant:
        identity = current_call().identity
        tenant_id: UUID = identity.tenant_id
        async with self.database.read(identity) as reader:
            return mapping.tenant(await find(reader, TenantRecordRow, tenant_id, "tenant"))
