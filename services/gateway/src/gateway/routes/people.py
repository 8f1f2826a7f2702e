"""People: who they are, who manages them, when they leave."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

from fastapi import Query
from tandem.directory.v1 import facts_pb2, people_import_pb2, person_lookup_pb2
from tandem.directory.v1 import person_pb2 as pb

from gateway.calls import Change, Read, ReadCall, Write
from gateway.names import names_for
from gateway.resource import Resource
from gateway.schemas.fields import day_text, given, id_text, number
from gateway.schemas.imports import ImportInput
from gateway.schemas.model import Page
from gateway.schemas.operations import Started
from gateway.schemas.people import (
    ColleagueOut,
    ColleagueQuery,
    Colleagues,
    Leaving,
    ManagerChange,
    NewPerson,
    PeopleQuery,
    PersonChanges,
    PersonOut,
)

people = Resource("people", "People")
colleagues = Resource("colleagues", "People")


@people.get("")
async def list_people(call: Read, query: Annotated[PeopleQuery, Query()]) -> Page[PersonOut]:
    """The people whom you may see, by name."""
    reply = await call.directory.ListPeople(
        pb.ListPeopleRequest(
            under_unit_id=id_text(query.under_unit_id),
            manager_id=id_text(query.manager_id),
            job_family=query.job_family,
            employee_type=number(facts_pb2.EmployeeType, query.employee_type),
            external_id=query.external_id,
            name=query.name,
            include_inactive=query.include_inactive,
            placeholders_only=query.placeholders_only,
            page_size=query.page_size,
            page_token=query.page_token,
        )
    )
    return Page.of(await _people_out(call, reply.people), reply.next_page_token)


@people.post("", status_code=201)
async def create_person(person: NewPerson, call: Write) -> PersonOut:
    """Add a person. 409 `EXTERNAL_ID_TAKEN`."""
    reply = await call.directory.CreatePerson(
        pb.CreatePersonRequest(
            external_id=person.external_id,
            name=person.name,
            mail=person.mail,
            post=person.post,
            unit_id=str(person.unit_id),
            manager_id=id_text(person.manager_id),
            job_family=person.job_family,
            level=person.level,
            employee_type=number(facts_pb2.EmployeeType, person.employee_type),
            hired_on=day_text(person.hired_on),
            locale=person.locale or "",
            time_zone=person.time_zone,
            calendar_code=person.calendar_code,
        )
    )
    return await _person_out(call, reply.person)


@people.post(":import", status_code=202)
async def import_people(file: ImportInput, call: Write) -> Started:
    """Read people from an uploaded file; a repeated import changes nothing. 400 `MAPPING_*`."""
    reply = await call.directory.ImportPeople(
        people_import_pb2.ImportPeopleRequest(
            file=file.to_file(),
            mapping=file.to_mapping(),
            dry_run=file.dry_run,
            all_or_nothing=file.all_or_nothing,
        )
    )
    return Started.by("directory", reply.operation_id)


@people.get("/{id}")
async def get_person(id: UUID, call: Read) -> PersonOut:
    """One person."""
    reply = await call.directory.GetPerson(pb.GetPersonRequest(person_id=str(id)))
    return await _person_out(call, reply.person)


@people.patch("/{id}")
async def update_person(id: UUID, changes: PersonChanges, call: Change) -> PersonOut:
    """Change a person; what is not sent stays."""
    reply = await call.directory.UpdatePerson(
        pb.UpdatePersonRequest(
            person_id=str(id),
            name=changes.name,
            mail=changes.mail,
            post=changes.post,
            unit_id=given(str, changes.unit_id),
            job_family=changes.job_family,
            level=changes.level,
            employee_type=given(lambda kind: number(facts_pb2.EmployeeType, kind), changes.employee_type),
            hired_on=given(day_text, changes.hired_on),
            locale=changes.locale,
            time_zone=changes.time_zone,
            calendar_code=changes.calendar_code,
            expected_version=call.version,
        )
    )
    return await _person_out(call, reply.person)


@people.post("/{id}:change-manager")
async def change_manager(id: UUID, change: ManagerChange, call: Change) -> PersonOut:
    """Give a person another manager from a day on; a future day waits.

    409 `MANAGER_LOOP`: the manager reports to the person. 409 `PERSON_INACTIVE`.
    """
    reply = await call.directory.ChangeManager(
        pb.ChangeManagerRequest(
            person_id=str(id),
            manager_id=id_text(change.manager_id),
            effective_on=day_text(change.effective_on),
            expected_version=call.version,
        )
    )
    return await _person_out(call, reply.person)


@people.post("/{id}:record-leaving")
async def record_leaving(id: UUID, leaving: Leaving, call: Change) -> PersonOut:
    """Record that a person leaves, or take that back while the day has not come. 409 `ILLEGAL_TRANSITION`."""
    reply = await call.directory.RecordLeaving(
        pb.RecordLeavingRequest(
            person_id=str(id),
            left_on=day_text(leaving.left_on),
            reason=number(facts_pb2.LeavingReason, leaving.reason),
            expected_version=call.version,
        )
    )
    return await _person_out(call, reply.person)


@colleagues.get("")
async def find_colleagues(call: Read, query: Annotated[ColleagueQuery, Query()]) -> Colleagues:
    """Active people by external id or the beginning of a name, at most 20: to name one, such as a measure's owner."""
    reply = await call.directory.FindColleagues(person_lookup_pb2.FindColleaguesRequest(text=query.text))
    return Colleagues(items=[ColleagueOut.of(each) for each in reply.colleagues])


async def _people_out(call: ReadCall, found: Collection[pb.Person]) -> list[PersonOut]:
    names = await names_for(call, (each for person in found for each in (person.manager_id, person.next_manager_id)))
    return [PersonOut.of(person, names) for person in found]


async def _person_out(call: ReadCall, person: pb.Person) -> PersonOut:
    return (await _people_out(call, [person]))[0]
