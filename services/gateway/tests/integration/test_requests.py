"""Who is calling, and what writes must carry: identity, keys, versions."""

import asyncio
from typing import Any

import httpx2
import pytest
from common.identity import Identity
from common.signer import open_signer_name
from gateway.calls import open_put, open_vouched_write
from gateway.exchange import Exchange
from starlette.datastructures import Headers
from starlette.requests import Request
from tandem.directory.v1 import facts_pb2

ME = "01935d3a-7c1e-7b52-9d58-0c8f4a1b0001"
NEW = {
    "external_id": "E2",
    "name": "Han Meimei",
    "unit_id": "01935d3a-7c1e-7b52-9d58-0c8f4a1b0002",
    "job_family": "sales",
    "employee_type": "regular",
}


def _request(edge: Any, token: str, headers: dict[str, str] | None = None) -> Request:
    app = type("App", (), {"state": type("State", (), {"edge": edge})})
    sent = {"Authorization": f"Bearer {token}", "Idempotency-Key": "k", **(headers or {})}
    scope = {"type": "http", "method": "POST", "path": "/", "headers": Headers(sent).raw, "app": app}
    Exchange("trace").attach(scope)
    return Request(scope)


class TestIdentity:
    """What the services are told of the caller."""

    async def test_the_first_login_binds_and_the_service_sees_the_person(
        self, api: httpx2.AsyncClient, neighbour: Any
    ) -> None:
        neighbour.grants = [facts_pb2.GrantFacts(role=facts_pb2.ROLE_HRBP, unit_id=NEW["unit_id"])]
        assert (await api.get(f"/v1/people/{ME}")).status_code == 200
        identity: Identity = neighbour.seen[0].identity
        assert neighbour.bound == {"subject-1": ME}
        assert (str(identity.person_id), identity.kind, identity.issuer_subject) == (ME, "person", "subject-1")
        assert identity.acr == "urn:tandem:fresh"
        assert [str(unit) for unit in identity.units("hrbp")] == [NEW["unit_id"]]

    async def test_a_burst_of_requests_asks_directory_once(self, api: httpx2.AsyncClient, neighbour: Any) -> None:
        neighbour.bound["subject-1"] = ME
        answers = await asyncio.gather(*(api.get(f"/v1/people/{ME}") for _ in range(20)))
        assert [answer.status_code for answer in answers] == [200] * 20
        assert neighbour.asked == 1

    @pytest.mark.parametrize("header", [None, "", "Basic YTpi", "Bearer", "Bearer x.y.z"])
    async def test_no_valid_token_is_401_with_a_challenge(
        self, header: str | None, api: httpx2.AsyncClient, neighbour: Any
    ) -> None:
        del api.headers["authorization"]
        answer = await api.get(f"/v1/people/{ME}", headers={"Authorization": header} if header is not None else {})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith('Bearer realm="tandem"')
        assert neighbour.seen == []

    async def test_someone_nobody_knows_is_403(self, api: httpx2.AsyncClient, provider: Any) -> None:
        token = provider.token(sub="stranger", employee_number="E9999")
        answer = await api.get("/v1/me", headers={"Authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.json()["reason"]) == (403, "UNKNOWN_PERSON")

    async def test_someone_who_left_is_403(self, api: httpx2.AsyncClient, neighbour: Any) -> None:
        neighbour.active = False
        assert (await api.get("/v1/me")).status_code == 403

    async def test_a_machine_has_no_more_scopes_than_its_token(
        self, api: httpx2.AsyncClient, provider: Any, neighbour: Any
    ) -> None:
        token = provider.token(sub="hr-system", client_id="hr-system", scope="read audit:write")
        await api.get(f"/v1/people/{ME}", headers={"Authorization": f"Bearer {token}"})
        identity: Identity = neighbour.seen[0].identity
        assert (identity.kind, identity.person_id, identity.scopes) == ("machine", None, frozenset({"read"}))

    async def test_me_has_roles_and_does_without_a_counter_that_is_away(self, api: httpx2.AsyncClient) -> None:
        me = (await api.get("/v1/me")).json()
        assert (me["name"], me["tenant"]["name"], me["is_manager"]) == ("李雷", "Acme", False)
        assert me["open"]["overdue"] is None


class TestVouching:
    """Before signing, exporting and granting, directory confirms who stands where."""

    async def test_the_identity_carries_the_moment_and_the_sealed_name(self, edge: Any, provider: Any) -> None:
        call = await open_vouched_write(_request(edge, provider.token()))
        assert call.identity.standing_checked_at is not None
        assert "李雷" not in call.identity.signer_name
        assert open_signer_name(edge.master_keys, call.identity) == "李雷"

    async def test_a_program_cannot_be_vouched_for(self, edge: Any, provider: Any) -> None:
        from gateway.refusals import PersonRequired

        token = provider.token(sub="hr-system", client_id="hr-system", scope="read")
        with pytest.raises(PersonRequired):
            await open_vouched_write(_request(edge, token))

    async def test_who_fell_since_the_last_look_is_refused(self, edge: Any, provider: Any, neighbour: Any) -> None:
        from gateway.refusals import UnknownPerson

        await open_vouched_write(_request(edge, provider.token()))
        neighbour.active = False
        with pytest.raises(UnknownPerson):
            await open_vouched_write(_request(edge, provider.token()))


class TestWrites:
    """T17 and T18 at the edge."""

    async def test_a_post_needs_a_key(self, api: httpx2.AsyncClient) -> None:
        answer = await api.post("/v1/people", json=NEW)
        assert (answer.status_code, answer.json()["reason"]) == (400, "IDEMPOTENCY_KEY_MISSING")

    async def test_a_key_is_visible_ascii(self, api: httpx2.AsyncClient) -> None:
        answer = await api.post("/v1/people", json=NEW, headers={"Idempotency-Key": "a b"})
        assert answer.json()["errors"][0]["reason"] == "IDEMPOTENCY_KEY_INVALID"

    async def test_a_created_person_has_location_and_etag(self, api: httpx2.AsyncClient) -> None:
        answer = await api.post("/v1/people", json=NEW, headers={"Idempotency-Key": "k"})
        assert answer.status_code == 201
        assert answer.headers["etag"] == '"1"'
        assert answer.headers["location"] == f"/v1/people/{answer.json()['id']}"
        assert "idempotent-replayed" not in answer.headers

    async def test_fifty_times_one_key_make_one_person(self, api: httpx2.AsyncClient, neighbour: Any) -> None:
        before = len(neighbour.people)
        posts = (api.post("/v1/people", json=NEW, headers={"Idempotency-Key": "k"}) for _ in range(50))
        answers = await asyncio.gather(*posts)
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json()["id"] for answer in answers}) == 1
        assert [answer.headers.get("idempotent-replayed") for answer in answers].count("true") == 49
        assert len(neighbour.people) == before + 1

    async def test_one_key_for_another_body_is_422(self, api: httpx2.AsyncClient) -> None:
        await api.post("/v1/people", json=NEW, headers={"Idempotency-Key": "k"})
        answer = await api.post("/v1/people", json={**NEW, "name": "Other"}, headers={"Idempotency-Key": "k"})
        assert (answer.status_code, answer.json()["reason"]) == (422, "IDEMPOTENCY_KEY_REUSED")

    async def test_twenty_changes_of_one_version_leave_one(self, api: httpx2.AsyncClient) -> None:
        tag = (await api.get(f"/v1/people/{ME}")).headers["etag"]
        patches = (api.patch(f"/v1/people/{ME}", json={"name": "N"}, headers={"If-Match": tag}) for _ in range(20))
        statuses = sorted(answer.status_code for answer in await asyncio.gather(*patches))
        assert statuses == [200] + [412] * 19

    async def test_a_change_without_a_version_is_428(self, api: httpx2.AsyncClient) -> None:
        assert (await api.patch(f"/v1/people/{ME}", json={"name": "N"})).status_code == 428

    @pytest.mark.parametrize("tag", ["*", "3", 'W/"3"', '"3", "4"', '"x"'])
    async def test_a_version_is_one_strong_tag(self, tag: str, api: httpx2.AsyncClient) -> None:
        answer = await api.patch(f"/v1/people/{ME}", json={"name": "N"}, headers={"If-Match": tag})
        assert (answer.status_code, answer.json()["reason"]) == (400, "IF_MATCH_INVALID")


@pytest.mark.parametrize(
    ("headers", "version"),
    [({"If-None-Match": "*"}, 0), ({"If-Match": '"4"'}, 4), ({"If-Match": '"4"', "If-None-Match": "*"}, 4)],
)
async def test_what_the_caller_names_may_be_new(
    headers: dict[str, str], version: int, edge: Any, provider: Any
) -> None:
    call = await open_put(_request(edge, provider.token(), headers))
    assert call.version == version


async def test_a_page_names_people_with_one_question(api: httpx2.AsyncClient, neighbour: Any) -> None:
    neighbour.bound["subject-1"] = ME
    for number in range(30):
        neighbour.add(f"P{number}", manager_id=ME)
    page = (await api.get("/v1/people")).json()
    assert neighbour.asked == 2
    assert {item["manager"]["name"] for item in page["items"] if item["manager"]} == {"李雷"}
    assert page["next_page_token"] is None
    assert (await api.get("/v1/people?page_size=1")).json()["next_page_token"] == "more"


async def test_every_answer_is_closed_to_browsers_tricks(api: httpx2.AsyncClient) -> None:
    for url in ("/v1/me", "/v1/nothing", "/healthz/live"):
        headers = (await api.get(url)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert len(headers["x-request-id"]) == 32
