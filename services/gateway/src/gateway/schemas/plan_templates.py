"""Plan templates, by shortfall type, job family and employee type."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from tandem.common.v1.localized_pb2 import LocalizedText
from tandem.directory.v1 import facts_pb2 as directory
from tandem.interview_record.v1 import facts_pb2 as interview
from tandem.plan_tracking.v1 import template_pb2 as pb

from gateway.schemas.fields import number, optional_text, optional_word, word
from gateway.schemas.model import Input, Output, PageQuery, Versioned
from gateway.schemas.people import EmployeeType
from gateway.schemas.revisions import Direction
from gateway.schemas.texts import said

Days = Annotated[int, Field(ge=1, le=400, description="After the session.")]


class OwnerRule(StrEnum):
    """Who owns a measure; `named` is still to be found: a mentor, a trainer, a partner."""

    EMPLOYEE = "employee"
    MANAGER = "manager"
    NAMED = "named"


class BothLanguages(Input):
    """A text in both languages."""

    zh_cn: Annotated[str, Field(min_length=1, max_length=2000)]
    en: Annotated[str, Field(min_length=1, max_length=2000)]

    def message(self) -> LocalizedText:
        """Return the contract's form."""
        return LocalizedText(zh_cn=self.zh_cn, en=self.en)


class TemplateMeasureInput(Input):
    """A measure to start from."""

    action: BothLanguages
    owner: OwnerRule
    owner_role: Annotated[str, Field(max_length=64, description="Who is to be named: mentor, hr, partner.")] = ""
    resource: BothLanguages | None = None
    cadence: BothLanguages | None = None
    due_after_days: Days

    def message(self) -> pb.TemplateMeasure:
        """Return the contract's form."""
        return pb.TemplateMeasure(
            action=self.action.message(),
            owner=number(pb.MeasureOwnerRule, self.owner),
            owner_role=self.owner_role,
            resource=self.resource.message() if self.resource else None,
            cadence=self.cadence.message() if self.cadence else None,
            due_after_days=self.due_after_days,
        )


class TemplateGoalInput(Input):
    """A goal to start from."""

    text: BothLanguages
    metric_code: Annotated[str, Field(max_length=64, description="Empty: the shortfall's.")] = ""
    direction: Direction = Direction.HIGHER_IS_BETTER
    due_after_days: Days
    measures: Annotated[list[TemplateMeasureInput], Field(min_length=1, max_length=20)]

    def message(self) -> pb.TemplateGoal:
        """Return the contract's form."""
        return pb.TemplateGoal(
            text=self.text.message(),
            metric_code=self.metric_code,
            direction=number(interview.Direction, self.direction),
            due_after_days=self.due_after_days,
            measures=[each.message() for each in self.measures],
        )


class TemplateChanges(Input):
    """What a template of the tenant's own says from now on."""

    name: BothLanguages
    goals: Annotated[list[TemplateGoalInput], Field(min_length=1, max_length=10)]


class NewTemplate(TemplateChanges):
    """A template of the tenant's own."""

    code: Annotated[str, Field(min_length=1, max_length=64)]
    shortfall_type: Annotated[str, Field(min_length=1, max_length=64)]
    job_family: Annotated[str, Field(max_length=64, description="Empty: any.")] = ""
    employee_type: Annotated[EmployeeType | None, Field(description="Null: any.")] = None


class TemplateMeasureOut(Output):
    """A measure to start from, in the language of the response."""

    action: str
    owner: OwnerRule
    owner_role: str | None
    resource: str | None
    cadence: str | None
    due_after_days: int

    @classmethod
    def of(cls, measure: pb.TemplateMeasure, locale: str) -> "TemplateMeasureOut":
        """Return the measure."""
        return cls(
            action=said(measure.action, locale),
            owner=word(OwnerRule, pb.MeasureOwnerRule, measure.owner),
            owner_role=optional_text(measure.owner_role),
            resource=optional_text(said(measure.resource, locale)),
            cadence=optional_text(said(measure.cadence, locale)),
            due_after_days=measure.due_after_days,
        )


class TemplateGoalOut(Output):
    """A goal to start from, in the language of the response."""

    text: str
    metric_code: str | None
    metric_hint: str | None
    target_hint: str | None
    direction: Direction | None
    due_after_days: int
    measures: list[TemplateMeasureOut]

    @classmethod
    def of(cls, goal: pb.TemplateGoal, locale: str) -> "TemplateGoalOut":
        """Return the goal."""
        return cls(
            text=said(goal.text, locale),
            metric_code=optional_text(goal.metric_code),
            metric_hint=optional_text(said(goal.metric_hint, locale)),
            target_hint=optional_text(said(goal.target_hint, locale)),
            direction=optional_word(Direction, interview.Direction, goal.direction),
            due_after_days=goal.due_after_days,
            measures=[TemplateMeasureOut.of(each, locale) for each in goal.measures],
        )


class TemplateOut(Versioned):
    """A plan to start from; the most specific wins."""

    id: UUID
    code: str
    name: str
    built_in: bool
    shortfall_type: str
    job_family: Annotated[str | None, Field(description="Null: any.")]
    employee_type: Annotated[EmployeeType | None, Field(description="Null: any.")]
    pace: str | None
    goals: list[TemplateGoalOut]

    @classmethod
    def of(cls, template: pb.Template, locale: str) -> "TemplateOut":
        """Return the template in the language of the response."""
        return cls(
            id=UUID(template.id),
            code=template.code,
            name=said(template.name, locale),
            built_in=template.built_in,
            shortfall_type=template.shortfall_type,
            job_family=optional_text(template.job_family),
            employee_type=optional_word(EmployeeType, directory.EmployeeType, template.employee_type),
            pace=optional_text(said(template.pace, locale)),
            goals=[TemplateGoalOut.of(each, locale) for each in template.goals],
            version=template.version,
        )


class FittingTemplates(Output):
    """The templates that fit a case, the most specific first."""

    items: list[TemplateOut]


class TemplatesQuery(PageQuery):
    """Filters of the list of templates; all must hold."""

    shortfall_type: Annotated[str, Field(max_length=64)] = ""
    job_family: Annotated[str, Field(max_length=64)] = ""
    employee_type: EmployeeType | None = None
