"""What to say and what to fill in: guides, phrases, forms."""

from collections.abc import Sequence
from typing import TypeVar

from common.call import current_call
from common.pagination import page_size
from tandem.directory.v1.facts_pb2 import EmployeeType
from tandem.interview_record.v1 import guide_pb2 as pb
from tandem.interview_record.v1.playbook_rules_pb2 import Segment

from interview_record.api.content_mapping import form_message, guide_message, phrase_messages
from interview_record.api.interview_mapping import word
from interview_record.api.methods import Context, Methods
from interview_record.content.forms import forms
from interview_record.content.guides import OVERLAID_SEGMENTS, guide
from interview_record.content.kinds import EMPLOYEE_TYPES, SEGMENTS, SHORTFALL_TYPES
from interview_record.content.phrases import scenarios
from interview_record.policy import POLICY

M = TypeVar("M")


class ContentMethods(Methods):
    """The same for every tenant; nothing in it is about a person."""

    async def ListGuides(self, request: pb.ListGuidesRequest, context: Context) -> pb.ListGuidesResponse:
        """List guides; with a shortfall type, those of its segments come laid over."""
        POLICY.require(current_call().identity, "content.read")
        segments = [word(Segment, "SEGMENT", request.segment)] if request.segment else SEGMENTS
        asked = word(EmployeeType, "EMPLOYEE_TYPE", request.employee_type)
        types = [asked] if asked else EMPLOYEE_TYPES
        found = [
            guide_message(guide(segment, employee_type, shortfall_type))
            for segment in segments
            for employee_type in types
            for shortfall_type in _shortfall_types(segment, request.shortfall_type)
        ]
        kept, token = self._slice("guides", request, found)
        return pb.ListGuidesResponse(guides=kept, next_page_token=token)

    async def ListPhrases(self, request: pb.ListPhrasesRequest, context: Context) -> pb.ListPhrasesResponse:
        """List what to say in a scenario."""
        POLICY.require(current_call().identity, "content.read")
        found = [
            message
            for scenario in scenarios().values()
            if request.scenario in {"", scenario.id}
            for message in phrase_messages(scenario)
        ]
        kept, token = self._slice("phrases", request, found)
        return pb.ListPhrasesResponse(phrases=kept, next_page_token=token)

    async def ListForms(self, request: pb.ListFormsRequest, context: Context) -> pb.ListFormsResponse:
        """List the four forms with their fields."""
        POLICY.require(current_call().identity, "content.read")
        found = [form_message(each) for each in forms().values() if request.code in {"", each.id}]
        return pb.ListFormsResponse(forms=found)

    def _slice(
        self, question: str, request: pb.ListGuidesRequest | pb.ListPhrasesRequest, found: Sequence[M]
    ) -> tuple[Sequence[M], str]:
        """Return one page of a list that is all in memory; its key is the position."""
        asked = type(request)()
        asked.CopyFrom(request)  # type: ignore[arg-type]
        asked.page_size, asked.page_token = 0, ""
        page = self._pages.open(
            request.page_size,
            request.page_token,
            identity=current_call().identity,
            now=self._database.clock.system(),
            question=question,
            filters={"request": asked.SerializeToString(deterministic=True).hex()},
        )
        start = int(page.start[0]) if page.start else 0
        size = page_size(request.page_size)
        rows = list(enumerate(found, start=1))[start : start + size + 1]
        kept, token = page.close(rows, lambda row: (row[0],))
        return [each for _, each in kept], token


def _shortfall_types(segment: str, asked: str) -> Sequence[str | None]:
    if asked:
        return [asked]
    return [None, *SHORTFALL_TYPES] if segment in OVERLAID_SEGMENTS else [None]
