"""Playbooks: listed, derived, changed, published."""

from uuid import UUID

from common.call import Call, current_call
from common.errors import NotFound
from common.grpc_server import once
from common.timestamps import to_optional_timestamp
from sqlalchemy import and_, case, literal, select
from tandem.interview_record.v1 import playbook_pb2 as pb

from interview_record.api.facts_mapping import localized
from interview_record.api.interview_mapping import optional_id
from interview_record.api.methods import Context, Methods
from interview_record.domain.playbooks import check_rules
from interview_record.events import text_of
from interview_record.policy import POLICY
from interview_record.rules import read_rules, stored_rules
from interview_record.storage.cycle_tables import PlaybookRow, PlaybookVersionRow
from interview_record.use_cases.derive_playbook import derive_playbook
from interview_record.use_cases.publish_playbook import publish_playbook
from interview_record.use_cases.update_playbook import update_playbook


class PlaybookMethods(Methods):
    """The standards that interviews follow."""

    async def ListPlaybooks(self, request: pb.ListPlaybooksRequest, context: Context) -> pb.ListPlaybooksResponse:
        """List the playbooks, built-in ones first, each in its newest version."""
        identity = current_call().identity
        POLICY.require(identity, "playbook.read")
        filters = {"code": request.code, "published_only": request.published_only}
        page = self._page(request, identity, "playbooks", filters)
        published, draft = PlaybookRow.published_version, PlaybookRow.draft_version
        newest = case((and_(draft > published, literal(not request.published_only)), draft), else_=published)
        statement = (
            select(PlaybookRow, PlaybookVersionRow)
            .join(
                PlaybookVersionRow,
                (PlaybookVersionRow.tenant_id == PlaybookRow.tenant_id)
                & (PlaybookVersionRow.playbook_id == PlaybookRow.id)
                & (PlaybookVersionRow.number == newest),
            )
            .where(PlaybookRow.tenant_id == identity.tenant_id)
        )
        if request.code:
            statement = statement.where(PlaybookRow.code == request.code)
        rank = case((PlaybookRow.built_in, 0), else_=1)
        async with self._database.read(identity) as reader:
            found = await reader.session.execute(page.apply(statement, rank, PlaybookRow.code, PlaybookRow.id))
            rows, token = page.close(found.all(), lambda row: (0 if row[0].built_in else 1, row[0].code, row[0].id))
        messages = [playbook_message(row, version) for row, version in rows]
        return pb.ListPlaybooksResponse(playbooks=messages, next_page_token=token)

    async def GetPlaybook(self, request: pb.GetPlaybookRequest, context: Context) -> pb.GetPlaybookResponse:
        """Answer a playbook in one version."""
        call = current_call()
        POLICY.require(call.identity, "playbook.read")
        return pb.GetPlaybookResponse(
            playbook=await self._playbook(call, UUID(request.playbook_id), request.playbook_version)
        )

    async def DerivePlaybook(self, request: pb.DerivePlaybookRequest, context: Context) -> pb.DerivePlaybookResponse:
        """Make a playbook of the tenant's own from another."""
        call = current_call()
        playbook_id = await once(
            derive_playbook(
                self._database,
                call,
                UUID(request.from_playbook_id),
                code=request.code,
                name_zh=request.name.zh_cn,
                name_en=request.name.en,
                unit_id=optional_id(request.unit_id),
            )
        )
        return pb.DerivePlaybookResponse(playbook=await self._playbook(call, playbook_id))

    async def UpdatePlaybook(self, request: pb.UpdatePlaybookRequest, context: Context) -> pb.UpdatePlaybookResponse:
        """Change a draft."""
        call, rules = current_call(), request.rules
        check_rules(
            shortest_minutes=rules.notice.shortest_minutes,
            longest_minutes=rules.notice.longest_minutes,
            timed=rules.session.timed,
            segments=[(each.segment, each.minutes) for each in rules.session.segments],
        )
        name = (request.name.zh_cn, request.name.en) if request.HasField("name") else None
        playbook_id = await once(
            update_playbook(
                self._database,
                call,
                UUID(request.playbook_id),
                name=name,
                rules=stored_rules(rules),
                plan_template_ids=request.plan_template_ids,
                expected_version=request.expected_version,
            )
        )
        return pb.UpdatePlaybookResponse(playbook=await self._playbook(call, playbook_id))

    async def PublishPlaybook(self, request: pb.PublishPlaybookRequest, context: Context) -> pb.PublishPlaybookResponse:
        """Publish the draft as the next version."""
        call = current_call()
        playbook_id = await once(
            publish_playbook(self._database, call, UUID(request.playbook_id), request.expected_version)
        )
        return pb.PublishPlaybookResponse(playbook=await self._playbook(call, playbook_id))

    async def _playbook(self, call: Call, playbook_id: UUID, number: int = 0) -> pb.Playbook:
        async with self._database.read(call.identity) as reader:
            row = await reader.session.get(PlaybookRow, (reader.tenant_id, playbook_id))
            if row is None:
                raise NotFound(resource="playbook", id=playbook_id)
            wanted = number or max(row.published_version, row.draft_version)
            version = await reader.session.get(PlaybookVersionRow, (reader.tenant_id, playbook_id, wanted))
        if version is None:
            raise NotFound(resource="playbook", id=playbook_id)
        return playbook_message(row, version)


def playbook_message(row: PlaybookRow, version: PlaybookVersionRow) -> pb.Playbook:
    """Return the playbook in one version as the contract shows it."""
    return pb.Playbook(
        id=str(row.id),
        code=row.code,
        name=localized(row.name_zh, row.name_en),
        built_in=row.built_in,
        derived_from_id=text_of(row.derived_from_id),
        unit_id=text_of(row.unit_id),
        published_version=row.published_version,
        playbook_version=version.number,
        draft=version.published_at is None,
        rules=read_rules(version.rules),
        published_at=to_optional_timestamp(version.published_at),
        plan_template_ids=version.plan_template_ids,
        version=row.version,
    )
