"""Improvement plans: drafted, signed, followed up and reviewed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tandem_client.api import Document, Json
from tandem_client.resources.group import Group


class Plans(Group):
    """Plans up to their signatures; every change is of the plan's version."""

    def list(self, **filters: Any) -> Iterator[Document]:
        """Yield the plans that the caller may see, newest first."""
        return self._api.items("/v1/plans", **filters)

    def get(self, plan_id: str) -> Document:
        """Return a plan with its newest revision and the one in force."""
        return self._api.get(_path(plan_id))

    def templates(self, interview_id: str) -> Document:
        """Return the templates that fit an interview's shortfalls, the most specific first."""
        return self._api.get(f"/v1/interviews/{interview_id}/plan-templates")

    def draft(self, interview_id: str, template_ids: Sequence[str] = ()) -> Document:
        """Start the plan of an interview, empty or from templates."""
        return self._api.post("/v1/plans", {"interview_id": interview_id, "template_ids": list(template_ids)})

    def add_goal(self, plan_id: str, goal: Json, *, version: int | None = None) -> Document:
        """Add a goal to the draft."""
        return self._change(plan_id, "/goals", goal, version)

    def put_goal(self, plan_id: str, goal_id: str, goal: Json, *, version: int | None = None) -> Document:
        """Change a goal of the draft."""
        return self._change(plan_id, f"/goals/{goal_id}", goal, version, "PUT")

    def remove_goal(self, plan_id: str, goal_id: str, *, version: int | None = None) -> Document:
        """Remove a goal with its measures."""
        return self._change(plan_id, f"/goals/{goal_id}", {}, version, "DELETE")

    def add_measure(self, plan_id: str, measure: Json, *, version: int | None = None) -> Document:
        """Add a measure to a goal of the draft."""
        return self._change(plan_id, "/measures", measure, version)

    def put_measure(self, plan_id: str, measure_id: str, measure: Json, *, version: int | None = None) -> Document:
        """Change a measure of the draft."""
        return self._change(plan_id, f"/measures/{measure_id}", measure, version, "PUT")

    def remove_measure(self, plan_id: str, measure_id: str, *, version: int | None = None) -> Document:
        """Remove a measure."""
        return self._change(plan_id, f"/measures/{measure_id}", {}, version, "DELETE")

    def answer(self, plan_id: str, request_id: str, answer: Json, *, version: int | None = None) -> Document:
        """Answer a request of the self-analysis."""
        return self._change(plan_id, f"/requests/{request_id}:answer", answer, version)

    def check(self, plan_id: str) -> Document:
        """Return what the linter says of the draft."""
        return self._api.get(f"{_path(plan_id)}/findings")

    def offer(self, plan_id: str, *, version: int | None = None) -> Document:
        """Freeze the draft and offer it for signing."""
        return self._change(plan_id, ":offer", {}, version)

    def retract(self, plan_id: str, *, version: int | None = None) -> Document:
        """Take an offer back while nobody signed."""
        return self._change(plan_id, ":retract-offer", {}, version)

    def signing_content(self, plan_id: str) -> Document:
        """Return the exact bytes to sign, their hash and what signing means."""
        return self._api.get(f"{_path(plan_id)}/signing-content")

    def sign(self, plan_id: str, signature: Json, *, version: int | None = None) -> Document:
        """Sign the offered revision."""
        return self._change(plan_id, ":sign", signature, version)

    def refuse(self, plan_id: str, refusal: Json, *, version: int | None = None) -> Document:
        """Refuse the offered revision with a reason."""
        return self._change(plan_id, ":refuse", refusal, version)

    def record_silence(self, plan_id: str, *, version: int | None = None) -> Document:
        """Record the employee's silence after the due date as a refusal."""
        return self._change(plan_id, ":record-silence", {}, version)

    def witness_silence(self, plan_id: str, *, version: int | None = None) -> Document:
        """Witness a recorded silence."""
        return self._change(plan_id, ":witness-silence", {}, version)

    def decide(self, plan_id: str, decision: str, reason: str, *, version: int | None = None) -> Document:
        """Decide a refused plan: revise, issue or withdraw."""
        return self._change(plan_id, ":decide-refusal", {"decision": decision, "reason": reason}, version)

    def start_revision(self, plan_id: str, *, version: int | None = None) -> Document:
        """Start a new revision from the one in force."""
        return self._change(plan_id, ":start-revision", {}, version)

    def discard_revision(self, plan_id: str, *, version: int | None = None) -> Document:
        """Drop a later revision that is a draft."""
        return self._change(plan_id, ":discard-revision", {}, version)

    def revisions(self, plan_id: str) -> Iterator[Document]:
        """Yield the plan's revisions, oldest first."""
        return self._api.items(f"{_path(plan_id)}/revisions")

    def diff(self, plan_id: str, older: int, newer: int) -> Document:
        """Return what changed between two revisions, readable."""
        return self._api.get(f"{_path(plan_id)}/diff", from_revision=older, to_revision=newer)

    def confirm_takeover(self, plan_id: str, *, version: int | None = None) -> Document:
        """Confirm a plan in force that came with the person."""
        return self._change(plan_id, ":confirm-takeover", {}, version)

    def _change(self, plan_id: str, rest: str, body: Json, version: int | None, method: str = "POST") -> Document:
        path = _path(plan_id)
        return self._api.change(f"{path}{rest}", body, of=path, method=method, version=version)


class FollowUp(Group):
    """What happens to a plan in force."""

    def check_in(self, plan_id: str, check_in: Json, *, version: int | None = None) -> Document:
        """Record the check-in of the running period."""
        path = _path(plan_id)
        return self._api.change(f"{path}/check-ins", check_in, of=path, version=version)

    def check_ins(self, plan_id: str) -> Iterator[Document]:
        """Yield the plan's periods with their check-ins, oldest first."""
        return self._api.items(f"{_path(plan_id)}/check-ins")

    def report(self, plan_id: str, measure_id: str, report: Json) -> Document:
        """Report how a measure goes."""
        return self._api.post(f"{_path(plan_id)}/measures/{measure_id}/reports", report)

    def progress(self, plan_id: str) -> Document:
        """Return each goal's way from baseline to target."""
        return self._api.get(f"{_path(plan_id)}/progress")

    def raise_blocker(self, plan_id: str, blocker: Json) -> Document:
        """Raise a blocker."""
        return self._api.post("/v1/blockers", {"plan_id": plan_id, **blocker})

    def blockers(self, **filters: Any) -> Iterator[Document]:
        """Yield blockers by deadline."""
        return self._api.items("/v1/blockers", **filters)

    def resolve_blocker(self, blocker_id: str, resolution: str, *, version: int | None = None) -> Document:
        """Resolve a blocker and say how."""
        path = f"/v1/blockers/{blocker_id}"
        return self._api.change(f"{path}:resolve", {"resolution": resolution}, of=path, version=version)

    def escalate_blocker(self, blocker_id: str, *, version: int | None = None) -> Document:
        """Escalate an open blocker to the HRBP."""
        path = f"/v1/blockers/{blocker_id}"
        return self._api.change(f"{path}:escalate", of=path, version=version)

    def review_sheet(self, plan_id: str) -> Document:
        """Return the figures of a review: before and after, side by side."""
        return self._api.get(f"{_path(plan_id)}/review-sheet")

    def review(self, plan_id: str, verdict: str, note: str, *, version: int | None = None) -> Document:
        """Record a stage review."""
        path = _path(plan_id)
        return self._api.change(f"{path}/reviews", {"verdict": verdict, "note": note}, of=path, version=version)

    def propose_amendment(self, plan_id: str, amendment: Json, *, version: int | None = None) -> Document:
        """Propose to replace a measure inside its goal and dates."""
        path = _path(plan_id)
        return self._api.change(f"{path}/amendments", amendment, of=path, version=version)

    def amendments(self, plan_id: str) -> Iterator[Document]:
        """Yield the plan's amendments with their diffs, oldest first."""
        return self._api.items(f"{_path(plan_id)}/amendments")

    def acknowledge_amendment(self, amendment_id: str, *, version: int) -> Document:
        """Acknowledge a proposed amendment; it governs from then on."""
        path = f"/v1/amendments/{amendment_id}"
        return self._api.change(f"{path}:acknowledge", of=path, version=version)


def _path(plan_id: str) -> str:
    return f"/v1/plans/{plan_id}"
