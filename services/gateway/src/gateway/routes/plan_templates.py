"""Plan templates: built in, and the tenant's own."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from tandem.directory.v1 import facts_pb2 as directory
from tandem.plan_tracking.v1 import template_pb2 as pb

from gateway.calls import Change, Read, Write
from gateway.resource import Resource
from gateway.schemas.fields import number
from gateway.schemas.model import Page
from gateway.schemas.plan_templates import (
    FittingTemplates,
    NewTemplate,
    TemplateChanges,
    TemplateOut,
    TemplatesQuery,
)

plan_templates = Resource("plan-templates", "Plan templates")
fitting_templates = Resource("interviews/{interview_id}/plan-templates", "Plan templates")


@plan_templates.get("")
async def list_plan_templates(call: Read, query: Annotated[TemplatesQuery, Query()]) -> Page[TemplateOut]:
    """Templates by code."""
    reply = await call.plan_tracking.ListTemplates(
        pb.ListTemplatesRequest(
            shortfall_type=query.shortfall_type,
            job_family=query.job_family,
            employee_type=number(directory.EmployeeType, query.employee_type),
            page_size=query.page_size,
            page_token=query.page_token,
        )
    )
    return Page.of((TemplateOut.of(each, call.locale) for each in reply.templates), reply.next_page_token)


@plan_templates.post("", status_code=201)
async def create_plan_template(template: NewTemplate, call: Write) -> TemplateOut:
    """Add a template of the tenant's own, as its HR administrator. 409 `CODE_TAKEN`."""
    reply = await call.plan_tracking.CreateTemplate(
        pb.CreateTemplateRequest(
            code=template.code,
            name=template.name.message(),
            shortfall_type=template.shortfall_type,
            job_family=template.job_family,
            employee_type=number(directory.EmployeeType, template.employee_type),
            goals=[each.message() for each in template.goals],
        )
    )
    return TemplateOut.of(reply.template, call.locale)


@plan_templates.get("/{id}")
async def get_plan_template(id: UUID, call: Read) -> TemplateOut:
    """One template."""
    reply = await call.plan_tracking.GetTemplate(pb.GetTemplateRequest(template_id=str(id)))
    return TemplateOut.of(reply.template, call.locale)


@plan_templates.put("/{id}")
async def update_plan_template(id: UUID, template: TemplateChanges, call: Change) -> TemplateOut:
    """Change a template of the tenant's own; drafts that started from it stay as they are. 409 `BUILT_IN`."""
    reply = await call.plan_tracking.UpdateTemplate(
        pb.UpdateTemplateRequest(
            template_id=str(id),
            name=template.name.message(),
            goals=[each.message() for each in template.goals],
            expected_version=call.version,
        )
    )
    return TemplateOut.of(reply.template, call.locale)


@fitting_templates.get("")
async def suggest_plan_templates(interview_id: UUID, call: Read) -> FittingTemplates:
    """The templates that fit an interview's shortfalls, the most specific first."""
    reply = await call.plan_tracking.SuggestTemplates(pb.SuggestTemplatesRequest(interview_id=str(interview_id)))
    return FittingTemplates(items=[TemplateOut.of(each, call.locale) for each in reply.templates])
