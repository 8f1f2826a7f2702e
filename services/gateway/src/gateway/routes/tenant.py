"""The caller's tenant: defaults, job families, and the clock of a demo."""

from typing import Annotated

from common.timestamps import to_timestamp
from fastapi import Path, Query
from tandem.directory.v1 import clock_pb2, job_family_pb2
from tandem.directory.v1 import tenant_pb2 as pb

from gateway.calls import Change, Put, Read, Write
from gateway.resource import Resource
from gateway.schemas.model import Page, PageQuery
from gateway.schemas.operations import Started
from gateway.schemas.tenant import ClockAdvance, ClockOut, JobFamilyInput, JobFamilyOut, TenantChanges, TenantOut

tenant = Resource("tenant", "Tenant")
job_families = Resource("job-families", "Tenant")
demo = Resource("demo", "Demo")


@tenant.get("")
async def get_tenant(call: Read) -> TenantOut:
    """The enterprise you belong to, with its defaults."""
    return TenantOut.of((await call.directory.GetTenant(pb.GetTenantRequest())).tenant)


@tenant.patch("")
async def update_tenant(changes: TenantChanges, call: Change) -> TenantOut:
    """Change the tenant's defaults; people keep what they have."""
    reply = await call.directory.UpdateTenant(
        pb.UpdateTenantRequest(
            name=changes.name,
            default_locale=changes.default_locale,
            default_time_zone=changes.default_time_zone,
            default_calendar_code=changes.default_calendar_code,
            expected_version=call.version,
        )
    )
    return TenantOut.of(reply.tenant)


@job_families.get("")
async def list_job_families(call: Read, query: Annotated[PageQuery, Query()]) -> Page[JobFamilyOut]:
    """The job families by code."""
    request = job_family_pb2.ListJobFamiliesRequest(page_size=query.page_size, page_token=query.page_token)
    reply = await call.directory.ListJobFamilies(request)
    return Page.of(map(JobFamilyOut.of, reply.job_families), reply.next_page_token)


@job_families.put("/{code}")
async def put_job_family(
    code: Annotated[str, Path(min_length=1, max_length=64)], family: JobFamilyInput, call: Put
) -> JobFamilyOut:
    """Create a job family, or change it. 412 `VERSION_MISMATCH`: it exists at another version."""
    reply = await call.directory.PutJobFamily(
        job_family_pb2.PutJobFamilyRequest(
            code=code, name=family.name.to_contract(), core=family.core, expected_version=call.version
        )
    )
    return JobFamilyOut.of(reply.job_family)


@demo.get("/clock")
async def get_clock(call: Read) -> ClockOut:
    """The tenant's business time; that of a demo tenant may be moved."""
    return ClockOut.of(await call.directory.GetClock(clock_pb2.GetClockRequest()))


@demo.post("/clock:advance", status_code=202)
async def advance_clock(advance: ClockAdvance, call: Write) -> Started:
    """Move a demo tenant's clock forward, from due to due, each time until all is at rest.

    409 `CLOCK_NOT_MOVABLE`: no demo tenant, or backward.
    """
    reply = await call.directory.AdvanceClock(clock_pb2.AdvanceClockRequest(to=to_timestamp(advance.to)))
    return Started.by("directory", reply.operation_id)
