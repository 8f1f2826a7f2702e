"""A program at the API: it does what its scopes say, imports above all, and never signs."""

import httpx2
import pytest
from common.ids import new_id
from devstack.identity import MACHINE_CLIENT
from devstack.testing import StackUnderTest

from tests.journeys import World, open_world
from tests.rest import Actor, Refused

PEOPLE = "工号,姓名,部门,岗位序列,职级,入职日期\nm-1,陈晨,sales-east,sales,P5,2024-03-01\n"
KPIS = "工号,指标,周期,目标,实际\nm-1,conversion,2026-08,20,17\n"


class Machine(Actor):
    """The development provider's program, with the scopes it asks for."""

    def __init__(self, world: World, scopes: str) -> None:
        super().__init__(world.stack, world.tenant, MACHINE_CLIENT, "en")
        self._scopes = scopes

    def _bearer(self, fresh: bool) -> str:
        answer = httpx2.post(
            f"{self._issuer}/token",
            data={"grant_type": "client_credentials", "scope": self._scopes},
            auth=(MACHINE_CLIENT, self._stack.environment["TANDEM_CLIENT_SECRET"]),
        )
        return str(answer.raise_for_status().json()["access_token"])

    def bring(self, resource: str, content: str, **more: str) -> dict[str, object]:
        """Import a file and wait for its end."""
        file = {"file_id": self.upload(content.encode()), "file_name": f"{resource}.csv", "format": "csv"}
        return dict(self.finish(self.post(f"/v1/{resource}:import", {**file, **more})["operation_id"]))


def test_a_machine_imports_by_its_scopes_and_never_signs(stack: StackUnderTest) -> None:
    world = open_world(stack, locale="zh-CN", zone="Asia/Shanghai", calendar="CN", clock_start="2026-09-29 09:00")
    machine = Machine(world, "people:write facts:write")
    with pytest.raises(Refused) as stranger:
        machine.get("/v1/me")
    assert stranger.value.status == 403
    client = {"issuer": stack.issuer(world.tenant), "client_id": MACHINE_CLIENT, "label": "HR system"}
    world.hr.post("/v1/machine-clients", {**client, "scopes": ["people:write", "facts:write"]}, fresh=True)

    me = machine.get("/v1/me")
    assert (me["kind"], me["person_id"], me["scopes"]) == ("machine", None, ["facts:write", "people:write"])
    people = machine.bring("people", PEOPLE)
    assert (people["state"], people["results"]["created"], people["error_count"]) == ("succeeded", 1, 0)
    kpis = machine.bring("kpi-results", KPIS, layout="long")
    assert (kpis["state"], kpis["results"]["created"], kpis["error_count"]) == ("succeeded", 1, 0)
    listed = machine.get("/v1/operations", service="interview-record")["items"]
    assert [each["id"] for each in listed] == [kpis["id"]]

    # A token with fewer scopes than were registered does less.
    with pytest.raises(Refused) as narrow:
        Machine(world, "people:write").bring("kpi-results", KPIS, layout="long")
    assert (narrow.value.status, narrow.value.reason) == (403, "FORBIDDEN")
    signature = {"revision": 1, "content_hash": "0" * 64, "locale": "en"}
    with pytest.raises(Refused) as signing:
        machine.post(f"/v1/plans/{new_id()}:sign", signature, version=1)
    assert (signing.value.status, signing.value.reason) == (403, "PERSON_REQUIRED")
