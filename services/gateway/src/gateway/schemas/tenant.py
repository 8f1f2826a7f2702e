"""The tenant: its defaults, job families and clock."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field
from tandem.common.v1.localized_pb2 import LocalizedText
from tandem.directory.v1 import clock_pb2, job_family_pb2, tenant_pb2

from gateway.schemas.fields import moment
from gateway.schemas.model import Input, Output, Versioned
from gateway.schemas.people import Locale

Code = Annotated[str, Field(min_length=1, max_length=64)]


class TenantOut(Versioned):
    """One enterprise."""

    id: UUID
    name: str
    region: Annotated[str, Field(description="The jurisdiction that all its data stays in.")]
    default_locale: Locale
    default_time_zone: str
    default_calendar_code: str
    demo: bool

    @classmethod
    def of(cls, tenant: tenant_pb2.Tenant) -> "TenantOut":
        """Return the tenant."""
        return cls(
            id=UUID(tenant.id),
            name=tenant.name,
            region=tenant.region,
            default_locale=Locale(tenant.default_locale),
            default_time_zone=tenant.default_time_zone,
            default_calendar_code=tenant.default_calendar_code,
            demo=tenant.demo,
            version=tenant.version,
        )


class TenantChanges(Input):
    """What to change of the defaults; people keep what they have."""

    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    default_locale: Locale | None = None
    default_time_zone: Code | None = None
    default_calendar_code: Code | None = None


class TwoLanguages(Input):
    """A text in both languages."""

    zh_cn: Annotated[str, Field(min_length=1, max_length=200)]
    en: Annotated[str, Field(min_length=1, max_length=200)]

    def to_contract(self) -> LocalizedText:
        """Return the contract's form."""
        return LocalizedText(zh_cn=self.zh_cn, en=self.en)


class JobFamilyOut(Versioned):
    """A job family."""

    id: UUID
    code: str
    name: TwoLanguages
    core: Annotated[bool, Field(description="Its people count for coverage.")]

    @classmethod
    def of(cls, family: job_family_pb2.JobFamily) -> "JobFamilyOut":
        """Return the job family."""
        return cls(
            id=UUID(family.id),
            code=family.code,
            name=TwoLanguages(zh_cn=family.name.zh_cn, en=family.name.en),
            core=family.core,
            version=family.version,
        )


class JobFamilyInput(Input):
    """A job family to create or change."""

    name: TwoLanguages
    core: bool


class ClockOut(Output):
    """The tenant's business time."""

    now: datetime | None
    moved: Annotated[bool, Field(description="It is not real time.")]

    @classmethod
    def of(cls, clock: clock_pb2.GetClockResponse) -> "ClockOut":
        """Return the clock."""
        return cls(now=moment(clock.now), moved=clock.moved)


class ClockAdvance(Input):
    """Where a demo tenant's clock goes; forward only."""

    to: AwareDatetime
