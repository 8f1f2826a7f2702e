"""What to say and what to fill in: guides, phrases, forms."""

from typing import Annotated

from fastapi import Query
from tandem.directory.v1 import facts_pb2 as directory
from tandem.interview_record.v1 import guide_pb2 as pb
from tandem.interview_record.v1.playbook_rules_pb2 import Segment

from gateway.calls import Read
from gateway.resource import Resource
from gateway.schemas.fields import number
from gateway.schemas.guides import FormOut, Forms, FormsQuery, GuideOut, GuidesQuery, PhraseOut, PhrasesQuery
from gateway.schemas.model import Page

guides = Resource("guides", "Guides")
phrases = Resource("phrases", "Guides")
forms = Resource("forms", "Guides")


@guides.get("")
async def list_guides(call: Read, query: Annotated[GuidesQuery, Query()]) -> Page[GuideOut]:
    """Guides by segment, employee type and shortfall type."""
    reply = await call.interview_record.ListGuides(
        pb.ListGuidesRequest(
            segment=number(Segment, query.segment),
            employee_type=number(directory.EmployeeType, query.employee_type),
            shortfall_type=query.shortfall_type,
            page_size=query.page_size,
            page_token=query.page_token,
        )
    )
    return Page.of((GuideOut.of(each, call.locale) for each in reply.guides), reply.next_page_token)


@phrases.get("")
async def list_phrases(call: Read, query: Annotated[PhrasesQuery, Query()]) -> Page[PhraseOut]:
    """What one can say in the situations that no agenda foresees."""
    reply = await call.interview_record.ListPhrases(
        pb.ListPhrasesRequest(scenario=query.scenario, page_size=query.page_size, page_token=query.page_token)
    )
    return Page.of((PhraseOut.of(each, call.locale) for each in reply.phrases), reply.next_page_token)


@forms.get("")
async def list_forms(call: Read, query: Annotated[FormsQuery, Query()]) -> Forms:
    """The four forms with their fields."""
    reply = await call.interview_record.ListForms(pb.ListFormsRequest(code=query.code))
    return Forms(items=[FormOut.of(each, call.locale) for each in reply.forms])
