"""People, as directory knows them."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field
from tandem.directory.v1 import facts_pb2, person_lookup_pb2, person_pb2

from gateway.names import Names, PersonRef
from gateway.schemas.fields import day, optional_text, optional_word
from gateway.schemas.model import Input, Output, PageQuery, Versioned

Name = Annotated[str, Field(min_length=1, max_length=200)]
Code = Annotated[str, Field(min_length=1, max_length=64)]


class EmployeeType(StrEnum):
    """What kind of conversation a person needs."""

    NEEDS_IMPROVEMENT = "needs_improvement"
    HIGH_POTENTIAL = "high_potential"
    NEW_HIRE = "new_hire"
    ROLE_CHANGE = "role_change"
    REGULAR = "regular"


class LeavingReason(StrEnum):
    """Why a person leaves; only `performance` counts as performance-related."""

    VOLUNTARY = "voluntary"
    PERFORMANCE = "performance"
    RETIREMENT = "retirement"
    REDUNDANCY = "redundancy"
    CONTRACT_END = "contract_end"
    OTHER = "other"


class Locale(StrEnum):
    """A language of the product."""

    ZH_CN = "zh-CN"
    EN = "en"


class PersonOut(Versioned):
    """A person."""

    id: UUID
    external_id: Annotated[str, Field(description="The id in the HR system.")]
    name: str
    mail: str | None
    post: str | None
    unit_id: UUID
    manager: PersonRef | None
    job_family: str
    level: str | None
    employee_type: EmployeeType | None
    hired_on: date | None
    left_on: Annotated[date | None, Field(description="The last day, once it is known.")]
    leaving_reason: LeavingReason | None
    locale: str
    time_zone: str
    calendar_code: str
    placeholder: Annotated[bool, Field(description="Only named by others' rows, without a row of their own.")]
    active: bool
    next_manager: PersonRef | None
    next_manager_on: date | None

    @classmethod
    def of(cls, person: person_pb2.Person, names: Names) -> "PersonOut":
        """Return the person with their managers' names."""
        return cls(
            id=UUID(person.id),
            external_id=person.external_id,
            name=person.name,
            mail=optional_text(person.mail),
            post=optional_text(person.post),
            unit_id=UUID(person.unit_id),
            manager=names.optional_ref(person.manager_id),
            job_family=person.job_family,
            level=optional_text(person.level),
            employee_type=optional_word(EmployeeType, facts_pb2.EmployeeType, person.employee_type),
            hired_on=day(person.hired_on),
            left_on=day(person.left_on),
            leaving_reason=optional_word(LeavingReason, facts_pb2.LeavingReason, person.leaving_reason),
            locale=person.locale,
            time_zone=person.time_zone,
            calendar_code=person.calendar_code,
            placeholder=person.placeholder,
            active=person.active,
            next_manager=names.optional_ref(person.next_manager_id),
            next_manager_on=day(person.next_manager_on),
            version=person.version,
        )


class PeopleQuery(PageQuery):
    """Filters of the list of people; all must hold."""

    under_unit_id: Annotated[UUID | None, Field(description="A unit and all under it.")] = None
    manager_id: UUID | None = None
    job_family: str = ""
    employee_type: EmployeeType | None = None
    external_id: Annotated[str, Field(max_length=255, description="Exactly this one.")] = ""
    name: Annotated[str, Field(max_length=200, description="The beginning of a name, or of a part of it.")] = ""
    include_inactive: bool = False
    placeholders_only: bool = False


class ColleagueQuery(Input):
    """Whom to find."""

    text: Annotated[
        str,
        Field(min_length=1, max_length=255, description="An external id, or the beginning of a name.", examples=["李"]),
    ]


class ColleagueOut(Output):
    """A colleague: who they are and what they do, nothing else."""

    id: UUID
    external_id: Annotated[str, Field(description="The id in the HR system.")]
    name: str
    post: str | None

    @classmethod
    def of(cls, found: person_lookup_pb2.Colleague) -> "ColleagueOut":
        """Return the colleague."""
        return cls(
            id=UUID(found.person_id),
            external_id=found.external_id,
            name=found.name,
            post=optional_text(found.post),
        )


class Colleagues(Output):
    """Those found, by name."""

    items: list[ColleagueOut]


class NewPerson(Input):
    """A person to add; locale, zone and calendar are the tenant's where not given."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "external_id": "E1001",
                    "name": "李雷",
                    "mail": "li.lei@example.com",
                    "unit_id": "01935d3a-7c1e-7b52-9d58-0c8f4a1b2c3d",
                    "job_family": "sales",
                    "employee_type": "needs_improvement",
                    "hired_on": "2023-03-01",
                }
            ]
        }
    )

    external_id: Annotated[str, Field(min_length=1, max_length=255)]
    name: Name
    mail: Annotated[str, Field(max_length=254)] = ""
    post: Annotated[str, Field(max_length=200)] = ""
    unit_id: UUID
    manager_id: UUID | None = None
    job_family: Code
    level: Annotated[str, Field(max_length=64)] = ""
    employee_type: EmployeeType
    hired_on: date | None = None
    locale: Locale | None = None
    time_zone: Annotated[str, Field(max_length=64)] = ""
    calendar_code: Annotated[str, Field(max_length=64)] = ""


class PersonChanges(Input):
    """What to change of a person; what is not sent stays."""

    name: Name | None = None
    mail: Annotated[str, Field(max_length=254)] | None = None
    post: Annotated[str, Field(max_length=200)] | None = None
    unit_id: UUID | None = None
    job_family: Code | None = None
    level: Annotated[str, Field(max_length=64)] | None = None
    employee_type: EmployeeType | None = None
    hired_on: date | None = None
    locale: Locale | None = None
    time_zone: Code | None = None
    calendar_code: Code | None = None


class ManagerChange(Input):
    """Another manager from a day on."""

    manager_id: Annotated[UUID | None, Field(description="Null: nobody; the HRBP holds the cases.")]
    effective_on: Annotated[date | None, Field(description="The first day under the new manager; null: today.")] = None


class Leaving(Input):
    """That a person leaves."""

    left_on: Annotated[date | None, Field(description="The last day; null takes an announced leaving back.")]
    reason: LeavingReason | None = None
