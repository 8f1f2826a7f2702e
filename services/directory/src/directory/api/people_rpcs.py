"""RPCs about people: their records, lines, names and addresses."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from common.blobs import Blobs
from common.call import current_call
from common.database import Database
from common.grpc_server import Context, once
from common.pagination import PageTokens
from common.policy import Case
from common.timestamps import from_timestamp, to_timestamp
from google.protobuf.json_format import MessageToDict
from sqlalchemy import select
from tandem.directory.v1 import people_import_pb2, person_lookup_pb2
from tandem.directory.v1 import person_pb2 as pb

from directory.api import mapping
from directory.api.mapping import given
from directory.storage import queries
from directory.storage.queries import POLICY
from directory.storage.tables import ErasedRow, PersonRow
from directory.use_cases.change_manager import change_manager
from directory.use_cases.create_person import NewPerson, create_person
from directory.use_cases.record_leaving import record_leaving
from directory.use_cases.start_people_import import start_people_import
from directory.use_cases.update_person import update_person

_TEXTS = ("name", "mail", "post", "job_family", "level", "locale", "time_zone", "calendar_code")


class PeopleRpcs:
    """Serves people."""

    database: Database
    page_tokens: PageTokens
    blobs: Blobs

    async def CreatePerson(self, request: pb.CreatePersonRequest, context: Context) -> pb.CreatePersonResponse:
        """Add a person."""
        new = NewPerson(
            external_id=request.external_id,
            name=request.name,
            mail=request.mail,
            post=request.post,
            unit_id=UUID(request.unit_id),
            manager_id=mapping.id_or_none(request.manager_id),
            job_family=request.job_family,
            level=request.level,
            employee_type=mapping.employee_type(request.employee_type),
            hired_on=mapping.day_or_none(request.hired_on),
            locale=request.locale,
            time_zone=request.time_zone,
            calendar_code=request.calendar_code,
        )
        person_id = await once(create_person(self.database, current_call(), new))
        return pb.CreatePersonResponse(person=await self._written(person_id))

    async def UpdatePerson(self, request: pb.UpdatePersonRequest, context: Context) -> pb.UpdatePersonResponse:
        """Change a person."""
        changes: dict[str, Any] = given(request, _TEXTS)
        if request.HasField("unit_id"):
            changes["unit_id"] = UUID(request.unit_id)
        if request.HasField("employee_type"):
            changes["employee_type"] = mapping.employee_type(request.employee_type)
        if request.HasField("hired_on"):
            changes["hired_on"] = mapping.day_or_none(request.hired_on)
        person_id = UUID(request.person_id)
        await once(update_person(self.database, current_call(), person_id, changes, request.expected_version))
        return pb.UpdatePersonResponse(person=await self._written(person_id))

    async def ChangeManager(self, request: pb.ChangeManagerRequest, context: Context) -> pb.ChangeManagerResponse:
        """Give a person another manager."""
        person_id = await once(
            change_manager(
                self.database,
                current_call(),
                UUID(request.person_id),
                mapping.id_or_none(request.manager_id),
                mapping.day_or_none(request.effective_on),
                request.expected_version,
            )
        )
        return pb.ChangeManagerResponse(person=await self._written(person_id))

    async def RecordLeaving(self, request: pb.RecordLeavingRequest, context: Context) -> pb.RecordLeavingResponse:
        """Record that a person leaves."""
        person_id = await once(
            record_leaving(
                self.database,
                current_call(),
                UUID(request.person_id),
                mapping.day_or_none(request.left_on),
                mapping.leaving_reason(request.reason) or "other",
                request.expected_version,
            )
        )
        return pb.RecordLeavingResponse(person=await self._written(person_id))

    async def GetPerson(self, request: pb.GetPersonRequest, context: Context) -> pb.GetPersonResponse:
        """Answer one person."""
        async with self.database.read(current_call().identity) as reader:
            row = await queries.find_person(reader, UUID(request.person_id))
        return pb.GetPersonResponse(person=self._shown(row))

    async def ListPeople(self, request: pb.ListPeopleRequest, context: Context) -> pb.ListPeopleResponse:
        """List the people whom the caller may see."""
        identity = current_call().identity
        asked = MessageToDict(request, preserving_proto_field_name=True)
        page = self.page_tokens.open(
            request.page_size,
            request.page_token,
            identity=identity,
            now=self.database.clock.system(),
            question="people",
            filters={name: value for name, value in asked.items() if not name.startswith("page_")},
        )
        async with self.database.read(identity) as reader:
            rows, token = await queries.list_people(
                reader,
                page,
                under_unit_id=mapping.id_or_none(request.under_unit_id),
                manager_id=mapping.id_or_none(request.manager_id),
                job_family=request.job_family,
                employee_type=mapping.employee_type(request.employee_type),
                external_id=request.external_id,
                name=request.name,
                include_inactive=request.include_inactive,
                placeholders_only=request.placeholders_only,
            )
        return pb.ListPeopleResponse(people=[self._shown(row) for row in rows], next_page_token=token)

    async def ListManagerLine(self, request: pb.ListManagerLineRequest, context: Context) -> pb.ListManagerLineResponse:
        """List a person's managers over time."""
        async with self.database.read(current_call().identity) as reader:
            person = await queries.find_person(reader, UUID(request.person_id))
            spans = await queries.manager_line(reader, person.id)
        return pb.ListManagerLineResponse(spans=[mapping.manager_span(each) for each in spans])

    async def ImportPeople(
        self, request: people_import_pb2.ImportPeopleRequest, context: Context
    ) -> people_import_pb2.ImportPeopleResponse:
        """Read people from a file."""
        params = MessageToDict(request, preserving_proto_field_name=True)
        operation_id = await once(start_people_import(self.database, current_call(), self.blobs, params))
        return people_import_pb2.ImportPeopleResponse(operation_id=str(operation_id))

    async def GetPeople(
        self, request: person_lookup_pb2.GetPeopleRequest, context: Context
    ) -> person_lookup_pb2.GetPeopleResponse:
        """Answer people whole, for the archive."""
        POLICY.require(current_call().identity, "people.whole")
        rows = await self._by_id(request.person_ids)
        return person_lookup_pb2.GetPeopleResponse(people=[mapping.person(row) for row in rows])

    async def GetContacts(
        self, request: person_lookup_pb2.GetContactsRequest, context: Context
    ) -> person_lookup_pb2.GetContactsResponse:
        """Answer addresses, for sending."""
        POLICY.require(current_call().identity, "people.contact")
        rows = await self._by_id(request.person_ids)
        return person_lookup_pb2.GetContactsResponse(contacts=[mapping.contact(row) for row in rows])

    async def ResolveNames(
        self, request: person_lookup_pb2.ResolveNamesRequest, context: Context
    ) -> person_lookup_pb2.ResolveNamesResponse:
        """Answer names, for pages."""
        POLICY.require(current_call().identity, "person.name")
        names = [
            person_lookup_pb2.PersonName(person_id=str(row.id), name=row.name)
            for row in await self._by_id(request.person_ids)
        ]
        return person_lookup_pb2.ResolveNamesResponse(names=names)

    async def FindColleagues(
        self, request: person_lookup_pb2.FindColleaguesRequest, context: Context
    ) -> person_lookup_pb2.FindColleaguesResponse:
        """Find active people, for whoever has to name one."""
        identity = current_call().identity
        POLICY.require(identity, "person.name")
        async with self.database.read(identity) as reader:
            rows = await queries.find_colleagues(reader, request.text)
        return person_lookup_pb2.FindColleaguesResponse(colleagues=[mapping.colleague(row) for row in rows])

    async def ListErased(
        self, request: person_lookup_pb2.ListErasedRequest, context: Context
    ) -> person_lookup_pb2.ListErasedResponse:
        """List erased people, for a service that comes back from a restore."""
        identity = current_call().identity
        POLICY.require(identity, "erased.list")
        since = from_timestamp(request.since) if request.HasField("since") else None
        page = self.page_tokens.open(
            request.page_size,
            request.page_token,
            identity=identity,
            now=self.database.clock.system(),
            question="erased",
            filters={"since": since},
        )
        statement = select(ErasedRow).where(ErasedRow.tenant_id == identity.tenant_id)
        if since is not None:
            statement = statement.where(ErasedRow.erased_at >= since)
        async with self.database.read(identity) as reader:
            found = (
                await reader.session.scalars(page.apply(statement, ErasedRow.erased_at, ErasedRow.person_id))
            ).all()
        rows, token = page.close(found, lambda row: (row.erased_at, row.person_id))
        erased = [
            person_lookup_pb2.ErasedPerson(
                tenant_id=str(row.tenant_id), person_id=str(row.person_id), erased_at=to_timestamp(row.erased_at)
            )
            for row in rows
        ]
        return person_lookup_pb2.ListErasedResponse(erased=erased, next_page_token=token)

    async def _by_id(self, ids: Iterable[str]) -> list[PersonRow]:
        wanted = [UUID(each) for each in ids]
        async with self.database.read(current_call().identity) as reader:
            return list(await queries.people_by_id(reader, wanted))

    async def _written(self, person_id: UUID) -> pb.Person:
        async with self.database.read(current_call().identity) as reader:
            return mapping.person(await queries.find(reader, PersonRow, person_id, "person"))

    def _shown(self, row: PersonRow) -> pb.Person:
        case = Case(person_id=row.id, manager_id=row.manager_id, chain=row.chain, unit_path=row.unit_path)
        fields = POLICY.visible_fields(current_call().identity, "person.read", case)
        return mapping.person(row, contact="contact" in fields)
