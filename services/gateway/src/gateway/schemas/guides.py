"""What to say and what to fill in, in the caller's language."""

from typing import Annotated

from pydantic import Field
from tandem.directory.v1 import facts_pb2 as directory
from tandem.interview_record.v1 import guide_pb2 as pb
from tandem.interview_record.v1.playbook_rules_pb2 import Segment as ContractSegment

from gateway.schemas.fields import optional_text, word
from gateway.schemas.model import Input, Output, PageQuery
from gateway.schemas.people import EmployeeType
from gateway.schemas.segments import Segment
from gateway.schemas.texts import all_said, said


class GuideTurnOut(Output):
    """What to do when the talk turns."""

    turn: str
    text: str


class GuideOut(Output):
    """话术模板 of one segment for one kind of employee."""

    id: str
    guide_version: str
    segment: Segment
    employee_type: EmployeeType
    shortfall_type: str | None
    intent: str
    focus: Annotated[str | None, Field(description="What the shortfall's type adds.")]
    openings: list[str]
    questions: list[str]
    avoid: list[str]
    turns: list[GuideTurnOut]
    transition: str

    @classmethod
    def of(cls, guide: pb.Guide, locale: str) -> "GuideOut":
        """Return the guide in the caller's language."""
        return cls(
            id=guide.id,
            guide_version=guide.guide_version,
            segment=word(Segment, ContractSegment, guide.segment),
            employee_type=word(EmployeeType, directory.EmployeeType, guide.employee_type),
            shortfall_type=optional_text(guide.shortfall_type),
            intent=said(guide.intent, locale),
            focus=optional_text(said(guide.focus, locale)),
            openings=all_said(guide.openings, locale),
            questions=all_said(guide.questions, locale),
            avoid=all_said(guide.avoid, locale),
            turns=[GuideTurnOut(turn=each.turn, text=said(each.text, locale)) for each in guide.turns],
            transition=said(guide.transition, locale),
        )


class GuidesQuery(PageQuery):
    """Filters of the list of guides."""

    segment: Segment | None = None
    employee_type: EmployeeType | None = None
    shortfall_type: Annotated[str, Field(max_length=64)] = ""


class PhraseOut(Output):
    """What one can say in a scenario."""

    id: str
    scenario: str
    scenario_name: str
    when: str
    title: str
    phrases: list[str]
    avoid: list[str]

    @classmethod
    def of(cls, phrase: pb.Phrase, locale: str) -> "PhraseOut":
        """Return the phrases in the caller's language."""
        return cls(
            id=phrase.id,
            scenario=phrase.scenario,
            scenario_name=said(phrase.scenario_name, locale),
            when=said(phrase.when, locale),
            title=said(phrase.title, locale),
            phrases=all_said(phrase.phrases, locale),
            avoid=all_said(phrase.avoid, locale),
        )


class PhrasesQuery(PageQuery):
    """Filters of the list of phrases."""

    scenario: Annotated[str, Field(max_length=64, examples=["telling_a_shortfall"])] = ""


class FormFieldOut(Output):
    """One entry of a form."""

    key: str
    label: str
    hint: str
    kind: str
    required: bool
    filled_by: str
    counts_as: str | None


class FormSectionOut(Output):
    """A part of a form."""

    key: str
    title: str
    repeats: bool
    complete_only: Annotated[bool, Field(description="Left out where a playbook shares shortfalls only.")]
    fields: list[FormFieldOut]


class FormOut(Output):
    """One of the four forms."""

    code: str
    form_version: int
    title: str
    purpose: str
    sections: list[FormSectionOut]

    @classmethod
    def of(cls, form: pb.Form, locale: str) -> "FormOut":
        """Return the form in the caller's language."""
        return cls(
            code=form.code,
            form_version=form.form_version,
            title=said(form.title, locale),
            purpose=said(form.purpose, locale),
            sections=[_section(each, locale) for each in form.sections],
        )


class FormsQuery(Input):
    """Filter of the list of forms."""

    code: Annotated[str, Field(max_length=64, examples=["data_sheet"])] = ""


class Forms(Output):
    """The forms."""

    items: list[FormOut]


def _section(section: pb.FormSection, locale: str) -> FormSectionOut:
    return FormSectionOut(
        key=section.key,
        title=said(section.title, locale),
        repeats=section.repeats,
        complete_only=section.complete_only,
        fields=[
            FormFieldOut(
                key=each.key,
                label=said(each.label, locale),
                hint=said(each.hint, locale),
                kind=each.kind,
                required=each.required,
                filled_by=each.filled_by,
                counts_as=optional_text(each.counts_as),
            )
            for each in section.fields
        ],
    )
