"""Playbooks: read, derived, changed, published."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from tandem.interview_record.v1 import playbook_pb2 as pb

from gateway.calls import Change, Read, Write
from gateway.resource import Resource
from gateway.schemas.fields import id_text
from gateway.schemas.model import Page
from gateway.schemas.playbooks import NewPlaybook, PlaybookChanges, PlaybookOut, PlaybookQuery, PlaybooksQuery

playbooks = Resource("playbooks", "Playbooks and cycles")


@playbooks.get("")
async def list_playbooks(call: Read, query: Annotated[PlaybooksQuery, Query()]) -> Page[PlaybookOut]:
    """The playbooks, built-in ones first, each in its newest version."""
    reply = await call.interview_record.ListPlaybooks(
        pb.ListPlaybooksRequest(
            code=query.code,
            published_only=query.published_only,
            page_size=query.page_size,
            page_token=query.page_token,
        )
    )
    return Page.of([PlaybookOut.of(each) for each in reply.playbooks], reply.next_page_token)


@playbooks.post("", status_code=201)
async def derive_playbook(playbook: NewPlaybook, call: Write) -> PlaybookOut:
    """Make a playbook of your own from another, as a draft. 409 `CODE_TAKEN`."""
    reply = await call.interview_record.DerivePlaybook(
        pb.DerivePlaybookRequest(
            from_playbook_id=str(playbook.from_playbook_id),
            code=playbook.code,
            name=playbook.name.to_contract(),
            unit_id=id_text(playbook.unit_id),
        )
    )
    return PlaybookOut.of(reply.playbook)


@playbooks.get("/{id}")
async def get_playbook(id: UUID, call: Read, query: Annotated[PlaybookQuery, Query()]) -> PlaybookOut:
    """One playbook, in its newest version unless another is asked for."""
    reply = await call.interview_record.GetPlaybook(
        pb.GetPlaybookRequest(playbook_id=str(id), playbook_version=query.playbook_version)
    )
    return PlaybookOut.of(reply.playbook)


@playbooks.patch("/{id}")
async def update_playbook(id: UUID, changes: PlaybookChanges, call: Change) -> PlaybookOut:
    """Change the draft; a published playbook gets a new one. 409 `BUILT_IN`: derive your own."""
    reply = await call.interview_record.UpdatePlaybook(
        pb.UpdatePlaybookRequest(
            playbook_id=str(id),
            name=changes.name_message(),
            rules=changes.rules.to_contract(),
            plan_template_ids=[str(each) for each in changes.plan_template_ids],
            expected_version=call.version,
        )
    )
    return PlaybookOut.of(reply.playbook)


@playbooks.post("/{id}:publish")
async def publish_playbook(id: UUID, call: Change) -> PlaybookOut:
    """Publish the draft as the next version; interviews keep the one they began with. 409 `NOTHING_TO_PUBLISH`."""
    reply = await call.interview_record.PublishPlaybook(
        pb.PublishPlaybookRequest(playbook_id=str(id), expected_version=call.version)
    )
    return PlaybookOut.of(reply.playbook)
