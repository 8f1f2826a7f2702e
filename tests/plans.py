"""The plan of a case, from the first draft to its follow-up; each verb is one act of one person."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.journeys import Case, eventually
from tests.rest import Actor


class Plan:
    """The improvement plan of one interview."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.manager, self.employee, self.hrbp = case.manager, case.employee, case.hrbp
        self.id = ""
        self.path = ""

    def read(self, actor: Actor | None = None) -> dict[str, Any]:
        """Return the plan as the manager, or another, sees it."""
        return dict((actor or self.manager).get(self.path))

    def governing(self) -> dict[str, Any]:
        """Return the revision in force, which is the newest unless another is under way."""
        plan = self.read()
        return dict(plan["in_force"] or plan["newest"])

    def act(self, verb: str, body: Any = None, actor: Actor | None = None, *, fresh: bool = False) -> dict[str, Any]:
        """Do something to the plan at its current version."""
        who = actor or self.manager
        return who.change(f"{self.path}{verb}", body, at=self.path, fresh=fresh)

    def draft(self, *, ends_on: str, training_due_on: str) -> None:
        """Draft the plan with one goal and two measures: follow-ups by the employee, training by the HR partner."""
        self.id = self.manager.post("/v1/plans", {"interview_id": self.case.id})["id"]
        self.path = f"/v1/plans/{self.id}"
        goal = {
            "text": "线索转化率一个月内提升到 22 %",
            "metric_code": "conversion",
            "baseline": "20",
            "target": "22",
            "measure_unit": "%",
            "direction": "higher_is_better",
            "due_on": ends_on,
        }
        goal_id = self.act("/goals", goal)["newest"]["goals"][0]["id"]
        self.measure(goal_id, "每条线索每周至少跟进三次", "employee", ends_on, self.employee)
        self.measure(goal_id, "需求挖掘培训", "hrbp", training_due_on)

    def measure(self, goal_id: str, action: str, owner: str, due_on: str, actor: Actor | None = None) -> None:
        """Add a measure to a goal."""
        body = {"goal_id": goal_id, "action": action, "owner_id": self.case.world.id(owner), "due_on": due_on}
        self.act("/measures", body, actor)

    def answer(self, requests: list[dict[str, Any]]) -> None:
        """Accept every request of the self-analysis by the plan's last measure."""
        measure = self.read()["newest"]["goals"][0]["measures"][-1]
        for request in requests:
            self.act(f"/requests/{request['id']}:answer", {"accepted": True, "measure_id": measure["id"]})

    def sign(self, actor: Actor, **more: Any) -> dict[str, Any]:
        """Sign exactly what is shown, after a fresh login."""
        shown = actor.get(f"{self.path}/signing-content")
        body = {"revision": shown["revision"], "content_hash": shown["content_hash"], "locale": "zh-CN", **more}
        return dict(actor.post(f"{self.path}:sign", body, version=shown["plan_version"], fresh=True))

    def refuse(self, reason: str) -> dict[str, Any]:
        """Refuse, as the employee, what is shown."""
        shown = self.employee.get(f"{self.path}/signing-content")
        body = {"revision": shown["revision"], "content_hash": shown["content_hash"], "reason": reason}
        return dict(self.employee.post(f"{self.path}:refuse", body, version=shown["plan_version"], fresh=True))

    def check_in(self) -> dict[str, Any]:
        """Record the manager's check-in on every goal and measure."""
        goals = self.governing()["goals"]
        measures = [each for goal in goals for each in goal["measures"]]
        body = {
            "goals": [{"goal_id": goal["id"], "state": "on_track"} for goal in goals],
            "measures": [{"measure_id": each["id"], "state": "on_track", "percent": 50} for each in measures],
            "note": "按计划推进。",
        }
        return self.act("/check-ins", body)

    def amend(self, *, measure: int, action: str, owner: str, reason: str) -> None:
        """Propose another measure in the place of one, and let the employee acknowledge it."""
        old = self.governing()["goals"][0]["measures"][measure]
        body = {"measure_id": old["id"], "action": action, "owner_id": self.case.world.id(owner)}
        proposed = self.act("/amendments", {**body, "due_on": old["due_on"], "reason": reason})
        self.employee.post(f"/v1/amendments/{proposed['id']}:acknowledge", version=proposed["version"], fresh=True)

    def adjust(self, *, ends_on: str, training: str, due_on: str) -> None:
        """Give the revision under way a later end, its measures too, and one measure more."""
        goal = self.read()["newest"]["goals"][0]
        kept = ("text", "metric_code", "baseline", "target", "measure_unit", "direction")
        body = {**{name: goal[name] for name in kept}, "due_on": ends_on}
        self.manager.put(f"{self.path}/goals/{goal['id']}", body, version=self.read()["version"])
        for measure in goal["measures"]:
            moved = {"goal_id": goal["id"], "action": measure["action"], "owner_id": measure["owner"]["id"]}
            path = f"{self.path}/measures/{measure['id']}"
            self.manager.put(path, {**moved, "due_on": ends_on}, version=self.read()["version"])
        self.measure(goal["id"], training, "hrbp", due_on)

    def archived_items(self, count: int) -> list[dict[str, Any]]:
        """Wait until the employee's file holds as many items, and return them."""
        path = f"{self.case.path}/archive-items"

        def archived() -> list[dict[str, Any]]:
            items = [each for each in self.hrbp.all(path) if each["archived_at"]]
            return items if len(items) >= count else []

        return list(eventually(archived))


def evaluate(case: Case, actor: Actor) -> None:
    """Rate the interview: four questions on its content, one on the other's preparation."""
    body = {"content_scores": [5, 4, 5, 4], "preparation_score": 4, "text": "谈得具体。"}
    actor.post(f"{case.path}/evaluations", body)


def rows(case: Case) -> dict[tuple[str, str], tuple[str, str, str]]:
    """Return the ledger as {(step, occurrence): (due, verdict, done)}, moments local to the minute."""

    def local(moment: str | None) -> str:
        if moment is None:
            return ""
        return datetime.fromisoformat(moment).astimezone(ZoneInfo(case.world.zone)).strftime("%m-%d %H:%M")

    return {
        (row["step"], row["occurrence"] or ""): (local(row["due_at"]), row["verdict"], local(row["done_at"]))
        for row in case.ledger()["rows"]
    }
