"""Interviews, from opened to evaluated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tandem_client.api import Document, Json
from tandem_client.resources.group import Group


class Interviews(Group):
    """Cases of one employee and one manager."""

    def list(self, **filters: Any) -> Iterator[Document]:
        """Yield the interviews that the caller may see, newest first."""
        return self._api.items("/v1/interviews", **filters)

    def get(self, interview_id: str) -> Document:
        """Return one interview."""
        return self._api.get(_path(interview_id))

    def open(self, interview: Json) -> Document:
        """Open an interview outside a cycle."""
        return self._api.post("/v1/interviews", interview)

    def cancel(self, interview_id: str, reason: str, note: str, *, version: int | None = None) -> Document:
        """Cancel an open or running interview."""
        return self._act(interview_id, "cancel", {"reason": reason, "note": note}, version)

    def waive(self, interview_id: str, step: str, waiver: Json) -> Document:
        """Waive a step in this case before its due date."""
        return self._api.post(f"{_path(interview_id)}/steps/{step}:waive", waiver)

    def reads(self, interview_id: str) -> Iterator[Document]:
        """Yield who read texts of the case, newest first."""
        return self._api.items(f"{_path(interview_id)}/reads")

    def confirm_data(self, interview_id: str, *, version: int | None = None) -> Document:
        """Confirm that the facts are complete."""
        return self._act(interview_id, "confirm-data", {}, version)

    def suggestions(self, interview_id: str) -> Document:
        """Return core goals that the facts speak for."""
        return self._api.get(f"{_path(interview_id)}/core-goal-suggestions")

    def set_core_goal(
        self, interview_id: str, core_goal: str, directions: Sequence[str], *, version: int | None = None
    ) -> Document:
        """Set the core goal and the initial directions."""
        body = {"core_goal": core_goal, "directions": list(directions)}
        return self._act(interview_id, "set-core-goal", body, version)

    def data_sheet(self, interview_id: str, **options: Any) -> Document:
        """Return the data sheet as it stands now, or as a briefing froze it."""
        return self._api.get(f"{_path(interview_id)}/data-sheet", **options)

    def agenda(self, interview_id: str) -> Document:
        """Return the agenda with purposes, preparation and guides."""
        return self._api.get(f"{_path(interview_id)}/agenda")

    def share_briefing(self, interview_id: str, *, version: int | None = None) -> Document:
        """Freeze the briefing and share it with the employee; again, as a correction."""
        return self._act(interview_id, "share-briefing", {}, version)

    def briefing(self, interview_id: str) -> Document:
        """Return the newest shared briefing."""
        return self._api.get(f"{_path(interview_id)}/briefing")

    def self_analysis(self, interview_id: str) -> Document:
        """Return the self-analysis."""
        return self._api.get(f"{_path(interview_id)}/self-analysis")

    def save_self_analysis(self, interview_id: str, content: Json, *, version: int) -> Document:
        """Keep the employee's draft; version 0 is the first."""
        path = f"{_path(interview_id)}/self-analysis"
        return self._api.change(path, content, of=path, method="PUT", version=version)

    def submit_self_analysis(self, interview_id: str, *, version: int | None = None) -> Document:
        """Submit it; from then on the manager sees it."""
        path = f"{_path(interview_id)}/self-analysis"
        return self._api.change(f"{path}:submit", of=path, version=version)

    def dispute(self, interview_id: str, dispute: Json) -> Document:
        """Dispute a fact of the data sheet."""
        return self._api.post(f"{_path(interview_id)}/disputes", dispute)

    def disputes(self, interview_id: str) -> Iterator[Document]:
        """Yield the disputes of the case, open ones first."""
        return self._api.items(f"{_path(interview_id)}/disputes")

    def decide_dispute(self, dispute_id: str, decision: Json, *, version: int | None = None) -> Document:
        """Uphold or reject a dispute."""
        path = f"/v1/disputes/{dispute_id}"
        return self._api.change(f"{path}:decide", decision, of=path, version=version)

    def archive(self, interview_id: str) -> Iterator[Document]:
        """Yield the archive's items, oldest first."""
        return self._api.items(f"{_path(interview_id)}/archive-items")

    def evaluate(self, interview_id: str, evaluation: Json) -> Document:
        """Rate the session, once."""
        return self._api.post(f"{_path(interview_id)}/evaluations", evaluation)

    def _act(self, interview_id: str, verb: str, body: Json, version: int | None) -> Document:
        path = _path(interview_id)
        return self._api.change(f"{path}:{verb}", body, of=path, version=version)


class Sessions(Group):
    """The talk itself."""

    def get(self, interview_id: str) -> Document:
        """Return segments, notes and cited facts."""
        return self._api.get(f"{_path(interview_id)}/session")

    def start(self, interview_id: str, *, version: int | None = None) -> Document:
        """Start the session and its first segment; `version` is the interview's."""
        path = _path(interview_id)
        return self._api.change(f"{path}:start", of=path, version=version)

    def enter(self, interview_id: str, segment: str, *, version: int | None = None) -> Document:
        """End the running segment and enter another."""
        return self._act(interview_id, ":enter-segment", {"segment": segment}, version)

    def note(self, interview_id: str, segment: str, notes: str, *, version: int | None = None) -> Document:
        """Keep a segment's notes."""
        return self._act(interview_id, ":save-notes", {"segment": segment, "notes": notes}, version)

    def cite(self, interview_id: str, kind: str, fact_id: str, *, version: int | None = None) -> Document:
        """Cite a fact of the data sheet."""
        return self._act(interview_id, ":cite-fact", {"kind": kind, "fact_id": fact_id}, version)

    def add_fact(self, interview_id: str, fact: Json, *, version: int | None = None) -> Document:
        """Add a fact, marked as added in the session."""
        return self._act(interview_id, ":add-fact", fact, version)

    def end(self, interview_id: str, *, version: int | None = None) -> Document:
        """End the session."""
        return self._act(interview_id, ":end", {}, version)

    def _act(self, interview_id: str, verb: str, body: Json, version: int | None) -> Document:
        path = f"{_path(interview_id)}/session"
        return self._api.change(f"{path}{verb}", body, of=path, version=version)


def _path(interview_id: str) -> str:
    return f"/v1/interviews/{interview_id}"
