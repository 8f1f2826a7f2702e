"""People, their lines and what is said of them, over real RPCs."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import grpc
import pytest
from common.clock import FixedClock
from common.database import Database
from common.identity import Identity
from devstack.harness import Harness
from directory.deadlines import DEADLINES
from tandem.directory.v1 import (
    events_pb2,
    facts_pb2,
    grant_pb2,
    identity_pb2,
    person_lookup_pb2,
    person_pb2,
    unit_pb2,
)

from .conftest import new_tenant


class Caller:
    """Calls as one identity, with a deadline and a key."""

    def __init__(self, stub: Any, harness: Harness, identity: Identity) -> None:
        self._stub, self._harness, self.identity = stub, harness, identity

    async def __call__(self, name: str, request: Any, *, key: str | None = None, locale: str = "") -> Any:
        metadata = self._harness.metadata(self.identity, key=key, locale=locale)
        return await getattr(self._stub, name)(request, metadata=metadata, timeout=5)


@pytest.fixture
def admin(directory: Any, harness: Harness, tenant: SimpleNamespace) -> Caller:
    return Caller(directory, harness, tenant.admin)


async def add_person(admin: Caller, external_id: str, manager_id: str = "", unit_id: str = "") -> person_pb2.Person:
    unit_id = unit_id or (await admin("ListUnits", unit_pb2.ListUnitsRequest())).units[0].id
    request = person_pb2.CreatePersonRequest(
        external_id=external_id,
        name=f"Name {external_id}",
        unit_id=unit_id,
        manager_id=manager_id,
        job_family="sales",
        employee_type=facts_pb2.EMPLOYEE_TYPE_REGULAR,
    )
    return (await admin("CreatePerson", request)).person


def reason(refused: grpc.aio.AioRpcError) -> str:
    from google.rpc import error_details_pb2, status_pb2

    trailers = dict(refused.trailing_metadata() or ())
    status = status_pb2.Status.FromString(trailers["grpc-status-details-bin"])
    info = error_details_pb2.ErrorInfo()
    status.details[0].Unpack(info)
    return info.reason


async def test_a_new_person_takes_the_tenants_defaults_and_their_name_stays_here(
    admin: Caller, database: Database, harness: Harness
) -> None:
    person = await add_person(admin, "e-1")
    assert (person.locale, person.time_zone, person.calendar_code) == ("zh-CN", "Asia/Shanghai", "CN")
    said = await harness.published(database, events_pb2.PersonChanged)
    assert said[-1].person.person_id == person.id
    assert said[-1].person.core_family
    assert all("Name" not in str(each) for each in said)


async def test_a_line_has_no_circle(admin: Caller) -> None:
    top = await add_person(admin, "top")
    middle = await add_person(admin, "middle", top.id)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await admin(
            "ChangeManager",
            person_pb2.ChangeManagerRequest(person_id=top.id, manager_id=middle.id, expected_version=top.version),
        )
    assert reason(refused.value) == "MANAGER_LOOP"


async def test_managers_see_their_line_and_nobody_elses(admin: Caller, directory: Any, harness: Harness) -> None:
    top = await add_person(admin, "top")
    middle = await add_person(admin, "middle", top.id)
    below = await add_person(admin, "below", middle.id)
    await add_person(admin, "elsewhere")

    async def seen_by(person: person_pb2.Person) -> set[str]:
        caller = Caller(directory, harness, harness.person(admin.identity.tenant_id, UUID(person.id)))
        answer = await caller("ListPeople", person_pb2.ListPeopleRequest())
        return {each.external_id for each in answer.people}

    assert await seen_by(top) == {"top", "middle", "below"}
    assert await seen_by(middle) == {"middle", "below"}
    assert await seen_by(below) == {"below"}


async def test_moving_a_manager_moves_the_line_below(admin: Caller, directory: Any, harness: Harness) -> None:
    old_top, new_top = await add_person(admin, "old"), await add_person(admin, "new")
    middle = await add_person(admin, "middle", old_top.id)
    await add_person(admin, "below", middle.id)
    await admin(
        "ChangeManager",
        person_pb2.ChangeManagerRequest(person_id=middle.id, manager_id=new_top.id, expected_version=middle.version),
    )
    caller = Caller(directory, harness, harness.person(admin.identity.tenant_id, UUID(new_top.id)))
    answer = await caller("ListPeople", person_pb2.ListPeopleRequest())
    assert {each.external_id for each in answer.people} == {"new", "middle", "below"}


async def test_a_future_manager_change_waits_for_its_day(
    admin: Caller, database: Database, harness: Harness, clock: FixedClock
) -> None:
    old, new = await add_person(admin, "old"), await add_person(admin, "new")
    person = await add_person(admin, "p", old.id)
    changed = await admin(
        "ChangeManager",
        person_pb2.ChangeManagerRequest(
            person_id=person.id, manager_id=new.id, effective_on="2026-10-08", expected_version=person.version
        ),
    )
    assert (changed.person.manager_id, changed.person.next_manager_on) == (old.id, "2026-10-08")
    assert await harness.sweep(database, DEADLINES) == 0
    clock.advance(timedelta(days=8))
    assert await harness.sweep(database, DEADLINES) == 1
    said = (await harness.published(database, events_pb2.PersonManagerChanged))[-1]
    assert (said.previous_manager_id, said.new_manager_id, said.effective_on) == (old.id, new.id, "2026-10-08")


async def test_a_manager_who_leaves_leaves_their_reports_without_one(
    admin: Caller, database: Database, harness: Harness, clock: FixedClock
) -> None:
    manager = await add_person(admin, "m")
    person = await add_person(admin, "p", manager.id)
    await admin(
        "RecordLeaving",
        person_pb2.RecordLeavingRequest(
            person_id=manager.id,
            left_on="2026-09-30",
            reason=facts_pb2.LEAVING_REASON_VOLUNTARY,
            expected_version=manager.version,
        ),
    )
    # The last day is not over yet.
    assert await harness.sweep(database, DEADLINES) == 0
    clock.advance(timedelta(days=1))
    await harness.sweep(database, DEADLINES)
    assert not (await admin("GetPerson", person_pb2.GetPersonRequest(person_id=manager.id))).person.active
    assert (await admin("GetPerson", person_pb2.GetPersonRequest(person_id=person.id))).person.manager_id == ""
    assert len(await harness.published(database, events_pb2.PersonLeft)) == 1


async def test_the_first_login_binds_and_the_second_finds(
    admin: Caller, directory: Any, harness: Harness, tenant: SimpleNamespace
) -> None:
    gateway = Caller(directory, harness, tenant.gateway)
    ask = identity_pb2.ResolveSubjectRequest(issuer=tenant.issuer, subject="s-1")
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await gateway("ResolveSubject", ask)
    assert reason(refused.value) == "UNKNOWN_SUBJECT"
    bind = identity_pb2.BindSubjectRequest(issuer=tenant.issuer, subject="s-1", external_id="hr-1")
    bound = await gateway("BindSubject", bind)
    found = await gateway("ResolveSubject", ask)
    assert found.subject == bound.subject
    assert [facts_pb2.Role.Name(each.role) for each in found.subject.grants] == ["ROLE_HR_ADMIN"]
    other = identity_pb2.BindSubjectRequest(issuer=tenant.issuer, subject="s-2", external_id="hr-1")
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await gateway("BindSubject", other)
    assert reason(refused.value) == "SUBJECT_ALREADY_BOUND"


async def test_nobody_but_the_gateway_resolves_logins(admin: Caller, tenant: SimpleNamespace) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await admin("ResolveSubject", identity_pb2.ResolveSubjectRequest(issuer=tenant.issuer, subject="s"))
    assert refused.value.code() is grpc.StatusCode.PERMISSION_DENIED


async def test_grants_need_a_fresh_standing_and_never_go_to_oneself(
    admin: Caller, directory: Any, harness: Harness, tenant: SimpleNamespace, clock: FixedClock
) -> None:
    person = await add_person(admin, "p")
    request = grant_pb2.CreateGrantRequest(person_id=person.id, role=facts_pb2.ROLE_AUDITOR)
    clock.advance(timedelta(seconds=11))
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await admin("CreateGrant", request)
    assert reason(refused.value) == "STANDING_TOO_OLD"
    fresh = Caller(directory, harness, harness.fresh(tenant.admin, now=clock.system()))
    assert (await fresh("CreateGrant", request)).grant.role == facts_pb2.ROLE_AUDITOR
    own = grant_pb2.CreateGrantRequest(person_id=str(tenant.admin.person_id), role=facts_pb2.ROLE_AUDITOR)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await fresh("CreateGrant", own)
    assert reason(refused.value) == "OWN_GRANT"


async def test_a_refusal_speaks_the_callers_language(admin: Caller) -> None:
    await add_person(admin, "e-1")
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        request = person_pb2.ListPeopleRequest(page_token="nonsense")
        await admin("ListPeople", request, locale="zh-CN")
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "请求" in (refused.value.details() or "")


async def test_two_tenants_side_by_side_see_only_their_own(
    admin: Caller, directory: Any, harness: Harness, database: Database
) -> None:
    person = await add_person(admin, "e-1")
    other = await new_tenant(database, harness, "https://osprey.example")
    stranger = Caller(directory, harness, other.admin)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await stranger("GetPerson", person_pb2.GetPersonRequest(person_id=person.id))
    assert refused.value.code() is grpc.StatusCode.NOT_FOUND
    assert {each.external_id for each in (await stranger("ListPeople", person_pb2.ListPeopleRequest())).people} == {
        "hr-1"
    }


async def test_people_come_in_pages_without_gap_or_double(admin: Caller) -> None:
    for number in range(5):
        await add_person(admin, f"e-{number}")
    seen, token = [], ""
    while True:
        answer = await admin("ListPeople", person_pb2.ListPeopleRequest(page_size=2, page_token=token))
        seen += [each.external_id for each in answer.people]
        token = answer.next_page_token
        if not token:
            break
    assert seen == ["e-0", "e-1", "e-2", "e-3", "e-4", "hr-1"]


async def test_anybody_finds_a_colleague_by_id_or_name_and_learns_nothing_but_who_they_are(
    directory: Any, admin: Caller, harness: Harness, tenant: SimpleNamespace
) -> None:
    manager, stranger = await add_person(admin, "M1"), await add_person(admin, "S1")
    anybody = Caller(directory, harness, harness.person(tenant.id, UUID(manager.id)))

    by_id = await anybody("FindColleagues", person_lookup_pb2.FindColleaguesRequest(text="S1"))
    by_name = await anybody("FindColleagues", person_lookup_pb2.FindColleaguesRequest(text="name s"))
    by_wildcard = await anybody("FindColleagues", person_lookup_pb2.FindColleaguesRequest(text="%"))

    expected = person_lookup_pb2.Colleague(person_id=stranger.id, external_id="S1", name="Name S1")
    assert list(by_id.colleagues) == [expected] == list(by_name.colleagues)
    assert not by_wildcard.colleagues
    with pytest.raises(grpc.aio.AioRpcError):
        await anybody("GetPerson", person_pb2.GetPersonRequest(person_id=stranger.id))
