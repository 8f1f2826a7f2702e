"""What every journey needs: a tenant with a team, figures of a period, and the way from a shortfall to a session."""

import asyncio
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from devstack.testing import StackUnderTest

from tests.rest import Actor

_numbers = itertools.count(1)


@dataclass
class World:
    """One tenant: its administrator, its HR partner, a manager and a team of six in one unit."""

    stack: StackUnderTest
    tenant: str
    zone: str
    locale: str
    hr: Actor
    unit_id: str = ""
    people: dict[str, dict[str, Any]] = field(default_factory=dict)

    def actor(self, external_id: str) -> Actor:
        """Return a person in front of the API."""
        return Actor(self.stack, self.tenant, external_id, self.locale)

    def id(self, external_id: str) -> str:
        """Return a person's id."""
        return str(self.people[external_id]["id"])

    def at(self, text: str) -> datetime:
        """Return a local moment of the tenant: `2026-10-12 14:00`."""
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(self.zone))

    def now(self) -> datetime:
        """Return the tenant's business time."""
        return datetime.fromisoformat(self.hr.get("/v1/demo/clock")["now"])

    def advance(self, text: str) -> None:
        """Move the clock to the local moment, and wait until everything it set off is at rest.

        A moment that has just passed is left alone: acts take seconds, on the moved clock too.
        """
        if self.at(text) <= self.now():
            return
        started = self.hr.post("/v1/demo/clock:advance", {"to": self.at(text).isoformat()})
        operation = self.hr.finish(started["operation_id"])
        assert operation["state"] == "succeeded", operation


def open_world(
    stack: StackUnderTest, *, locale: str, zone: str, calendar: str, clock_start: str, people: tuple[str, ...] = ()
) -> World:
    """Create a demo tenant whose clock starts at the local moment, with its people and their roles."""
    tenant = f"t{next(_numbers)}-{locale[:2]}"
    offset = datetime.fromisoformat(clock_start).replace(tzinfo=ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M%z")
    stack.create_tenant(tenant, first_admin="hr", locale=locale, zone=zone, calendar=calendar, clock_start=offset)
    world = World(stack, tenant, zone, locale, Actor(stack, tenant, "hr", locale))
    world.unit_id = world.hr.post("/v1/units", {"code": "sales-east", "name": "华东销售"})["id"]
    for external_id in ("hrbp", "manager", "successor"):
        _add(world, external_id, None, "management")
    for external_id in people or ("employee", "mate-1", "mate-2", "mate-3", "mate-4", "mate-5"):
        _add(world, external_id, world.id("manager"), "sales")
    grant = {"person_id": world.id("hrbp"), "role": "hrbp", "unit_id": world.unit_id}
    world.hr.post("/v1/grants", grant, fresh=True)
    return world


def _add(world: World, external_id: str, manager_id: str | None, family: str) -> None:
    world.people[external_id] = world.hr.post(
        "/v1/people",
        {
            "external_id": external_id,
            "name": f"{external_id}-{world.tenant}",
            "mail": f"{external_id}@{world.tenant}.example",
            "unit_id": world.unit_id,
            "manager_id": manager_id,
            "job_family": family,
            "level": "P5",
            "employee_type": "needs_improvement" if external_id == "employee" else "regular",
            "hired_on": "2024-03-01",
        },
    )


PERIOD = {"period_from": "2026-09-01", "period_until": "2026-09-30"}


def record_figures(world: World) -> None:
    """Put the period's conversion on record: the employee 15 % below the team's mean, and a success beside it."""
    hrbp = world.actor("hrbp")
    metric = {"name": {"zh_cn": "线索转化率", "en": "Lead conversion"}, "direction": "higher_is_better"}
    world.hr.put("/v1/metrics/conversion", {**metric, "measure_unit": "%"}, new=True)
    figures = {
        "employee": "17.0",
        "mate-1": "20.6",
        "mate-2": "20.6",
        "mate-3": "20.6",
        "mate-4": "20.6",
        "mate-5": "20.6",
    }
    for external_id, actual in figures.items():
        hrbp.post(
            "/v1/kpi-results",
            {
                "person_id": world.id(external_id),
                "metric_code": "conversion",
                **PERIOD,
                "target": "20",
                "actual": actual,
            },
        )
    hrbp.post(
        "/v1/facts",
        {
            "person_id": world.id("employee"),
            "kind": "highlight",
            "happened_on": "2026-09-18",
            "text": "本月签下两家重点客户。",
        },
    )


def accept_shortfall(world: World, playbook_code: str = "standard") -> dict[str, Any]:
    """Let the shortfalls be found and accept the employee's; returns it."""
    hrbp = world.actor("hrbp")
    playbook = find_playbook(world, playbook_code)
    found = hrbp.post("/v1/shortfalls:find", {**PERIOD, "playbook_id": playbook["id"], "under_unit_id": world.unit_id})
    assert hrbp.finish(found["operation_id"])["state"] == "succeeded"
    shortfalls = hrbp.all("/v1/shortfalls", person_id=world.id("employee"))
    assert len(shortfalls) == 1
    shortfall = shortfalls[0]
    path = f"/v1/shortfalls/{shortfall['id']}:accept"
    return dict(hrbp.post(path, {"shortfall_type": "skill"}, version=shortfall["version"]))


def find_playbook(world: World, code: str) -> dict[str, Any]:
    """Return the tenant's published playbook of this code."""
    return next(each for each in world.hr.all("/v1/playbooks", code=code) if each["published_at"])


def launch_cycle(world: World, *, window: tuple[str, str], playbook_code: str = "standard") -> dict[str, Any]:
    """Preview and launch a cycle over people with an accepted shortfall; returns the employee's interview."""
    hr = world.hr
    cycle = hr.post(
        "/v1/cycles",
        {
            "name": {"zh_cn": "三季度改进面谈", "en": "Third quarter"},
            "playbook_id": find_playbook(world, playbook_code)["id"],
            **PERIOD,
            "window_from": window[0],
            "window_until": window[1],
            "population": {"unit_ids": [world.unit_id], "with_accepted_shortfall": True},
        },
    )
    preview = hr.get(f"/v1/cycles/{cycle['id']}/preview")
    included = [each for each in preview["items"] if each["included"]]
    assert [each["person"]["id"] for each in included] == [world.id("employee")]
    assert all(each["left_out_reason"] for each in preview["items"] if not each["included"])
    started = hr.post(f"/v1/cycles/{cycle['id']}:launch", version=cycle["version"])
    operation = hr.finish(started["operation_id"])
    assert operation["state"] == "succeeded", operation
    interviews = world.actor("hrbp").all("/v1/interviews", cycle_id=cycle["id"])
    assert [each["employee"]["id"] for each in interviews] == [world.id("employee")]
    return dict(interviews[0])


@dataclass
class Case:
    """One interview on its way; each verb is one act of one person."""

    world: World
    id: str

    def __post_init__(self) -> None:
        self.manager = self.world.actor("manager")
        self.employee = self.world.actor("employee")
        self.hrbp = self.world.actor("hrbp")
        self.path = f"/v1/interviews/{self.id}"

    def read(self, actor: Actor | None = None) -> dict[str, Any]:
        """Return the interview as the manager, or another, sees it."""
        return dict((actor or self.manager).get(self.path))

    def act(self, verb: str, body: Any = None, actor: Actor | None = None) -> dict[str, Any]:
        """Do something to the interview at its current version."""
        return (actor or self.manager).change(f"{self.path}:{verb}", body, at=self.path)

    def prepare(self, goal: str = "一个月内转化率提升 10 %") -> None:
        """Confirm the data and set the core goal."""
        self.act("confirm-data")
        self.act("set-core-goal", {"core_goal": goal, "directions": ["每条线索每周至少跟进三次", "学习需求挖掘"]})

    def hold(self, day: str) -> None:
        """Hold the session from 14:00 to 14:50 of the day, by its segments."""
        self.world.advance(f"{day} 14:00")
        starts = (("icebreaker", "14:00"), ("review", "14:05"), ("consensus", "14:20"), ("confirmation", "14:40"))
        with self.session(tuple((name, f"{day} {at}") for name, at in starts), f"{day} 14:50"):
            pass

    def book(self, starts_at: str, **more: Any) -> dict[str, Any]:
        """Propose a booking at the local moment."""
        moment = self.world.at(starts_at).isoformat()
        return dict(
            self.manager.post(
                "/v1/bookings",
                {"interview_id": self.id, "starts_at": moment, "duration_minutes": 50, "place": "3 号会议室", **more},
            )
        )

    def share(self) -> None:
        """Freeze and share the briefing."""
        self.act("share-briefing")

    def analyse(self, *requests: str) -> list[dict[str, Any]]:
        """Save and submit the self-analysis; returns its requests with their ids."""
        path = f"{self.path}/self-analysis"
        content = {"results_view": "跟进次数不够。", "causes": "不太会挖需求。", "requests": list(requests)}
        saved = self.employee.put(path, content, new=True)
        submitted = self.employee.post(f"{path}:submit", version=saved["version"])
        return list(submitted["requests"])

    @contextmanager
    def session(self, segments: tuple[tuple[str, str], ...], ends_at: str) -> Iterator[None]:
        """Hold the session: enter each segment at its local moment, run the block in the review, and end."""
        self.act("start")
        path = f"{self.path}/session"
        for name, moment in segments:
            self.world.advance(moment)
            version = self.manager.get(path)["version"]
            if self.manager.get(path)["current_segment"] != name:
                self.manager.post(f"{path}:enter-segment", {"segment": name}, version=version)
            version = self.manager.get(path)["version"]
            self.manager.post(f"{path}:save-notes", {"segment": name, "notes": f"{name} 已谈。"}, version=version)
        yield
        self.world.advance(ends_at)
        self.manager.post(f"{path}:end", version=self.manager.get(path)["version"])

    def ledger(self) -> dict[str, Any]:
        """Return the ledger of the interview as the HR partner sees it."""
        return dict(self.hrbp.get(f"{self.path}/ledger"))


def eventually(read: Any, seconds: float = 15) -> Any:
    """Return the first true answer; what one service says reaches another within a moment."""

    async def wait() -> Any:
        async with asyncio.timeout(seconds):
            while not (found := read()):
                await asyncio.sleep(0.1)
            return found

    return asyncio.run(wait())
