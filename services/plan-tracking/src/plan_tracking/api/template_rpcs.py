"""Plan templates."""

from uuid import UUID

from common.call import current_call
from common.grpc_server import once
from tandem.plan_tracking.v1 import template_pb2 as pb

from plan_tracking.api.base import Context, Rpcs
from plan_tracking.api.template_mapping import goal_of, template_message
from plan_tracking.api.words import employee_type_of, text_of
from plan_tracking.reading.templates import get_template, list_templates, suggest_templates
from plan_tracking.use_cases.create_template import create_template
from plan_tracking.use_cases.update_template import update_template


class TemplateRpcs(Rpcs):
    """RPCs of plan templates."""

    async def ListTemplates(self, request: pb.ListTemplatesRequest, context: Context) -> pb.ListTemplatesResponse:
        """List templates by code."""
        found, following = await list_templates(
            self.database,
            current_call(),
            self.page_tokens,
            shortfall_type=request.shortfall_type,
            job_family=request.job_family,
            employee_type=employee_type_of(request.employee_type),
            size=request.page_size,
            token=request.page_token,
        )
        return pb.ListTemplatesResponse(templates=[template_message(each) for each in found], next_page_token=following)

    async def GetTemplate(self, request: pb.GetTemplateRequest, context: Context) -> pb.GetTemplateResponse:
        """Answer one template."""
        return pb.GetTemplateResponse(template=await self._template(UUID(request.template_id)))

    async def SuggestTemplates(
        self, request: pb.SuggestTemplatesRequest, context: Context
    ) -> pb.SuggestTemplatesResponse:
        """Answer the templates that fit an interview."""
        found = await suggest_templates(self.database, current_call(), UUID(request.interview_id))
        return pb.SuggestTemplatesResponse(templates=[template_message(each) for each in found])

    async def CreateTemplate(self, request: pb.CreateTemplateRequest, context: Context) -> pb.CreateTemplateResponse:
        """Add a template of the tenant's own."""
        command = create_template(
            self.database,
            current_call(),
            code=request.code,
            name=text_of(request.name),
            shortfall_type=request.shortfall_type,
            job_family=request.job_family,
            employee_type=employee_type_of(request.employee_type),
            goals=[goal_of(each) for each in request.goals],
        )
        return pb.CreateTemplateResponse(template=await self._template(await once(command)))

    async def UpdateTemplate(self, request: pb.UpdateTemplateRequest, context: Context) -> pb.UpdateTemplateResponse:
        """Change a template of the tenant's own."""
        command = update_template(
            self.database,
            current_call(),
            UUID(request.template_id),
            text_of(request.name),
            [goal_of(each) for each in request.goals],
            request.expected_version,
        )
        return pb.UpdateTemplateResponse(template=await self._template(await once(command)))

    async def _template(self, id: UUID) -> pb.Template:
        return template_message(await get_template(self.database, current_call(), id))
