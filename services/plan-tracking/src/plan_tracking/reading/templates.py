"""Plan templates, and which of them fit an interview."""

from uuid import UUID

from common.call import Call
from common.database import Database
from common.pagination import PageTokens

from plan_tracking.domain.templates import Template, fitting
from plan_tracking.policy import POLICY
from plan_tracking.reading.plans import require_interview
from plan_tracking.storage.templates import all_templates, template_by_id


async def get_template(database: Database, call: Call, template_id: UUID) -> Template:
    """Return one template; raise NotFound."""
    POLICY.require(call.identity, "template.read")
    async with database.read(call.identity) as reader:
        return await template_by_id(reader, template_id)


async def list_templates(
    database: Database,
    call: Call,
    tokens: PageTokens,
    *,
    shortfall_type: str,
    job_family: str,
    employee_type: str,
    size: int,
    token: str,
) -> tuple[list[Template], str]:
    """Return a page of templates by code, narrowed to what is named, and the next page's token."""
    POLICY.require(call.identity, "template.read")
    page = tokens.open(
        size,
        token,
        identity=call.identity,
        now=database.clock.system(),
        question="ListTemplates",
        filters={"shortfall": shortfall_type, "family": job_family, "type": employee_type},
    )
    async with database.read(call.identity) as reader:
        found = await all_templates(reader)
    wanted = [
        template
        for template in sorted(found, key=lambda each: each.code)
        if shortfall_type in {"", template.shortfall_type}
        and job_family in {"", template.job_family}
        and employee_type in {"", template.employee_type}
        and (page.start is None or template.code > page.start[0])
    ]
    kept, following = page.close(wanted[: page.size + 1], lambda template: (template.code,))
    return list(kept), following


async def suggest_templates(database: Database, call: Call, interview_id: UUID) -> list[Template]:
    """Return the templates that fit the interview's shortfalls, the most specific first."""
    async with database.read(call.identity) as reader:
        interview = await require_interview(reader, interview_id, "plan.draft")
        shortfalls = list(dict.fromkeys(each["type"] for each in interview.shortfalls))
        found = await all_templates(reader)
    return fitting(found, shortfalls, interview.job_family, interview.employee_type)
