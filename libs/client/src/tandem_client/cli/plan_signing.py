"""A plan from offered to signed, refused or decided. Commands of `tandem plan`."""

from __future__ import annotations

import hashlib
from typing import Annotated

import typer
from rich.markup import escape

from tandem_client.api import Document
from tandem_client.cli.errors import WorkFailed
from tandem_client.cli.language import LOCALE, say
from tandem_client.cli.output import Column, console, done, show_list
from tandem_client.cli.plans import Plan, show_whole
from tandem_client.cli.reading import plan_of
from tandem_client.cli.session import Session, session_of

Reason = Annotated[str, typer.Option(help=say("Why.", "理由。"))]


def offer(context: typer.Context, plan: Plan) -> None:
    """Freeze the draft and offer it for signing."""
    session = session_of(context)
    found = plan_of(session, plan)
    offered = session.client.plans.offer(found["id"], version=found["version"])
    done(session, say("offered for signing", "已提交签署"), offered)


def retract(context: typer.Context, plan: Plan) -> None:
    """Take an offer back while nobody signed."""
    session = session_of(context)
    found = plan_of(session, plan)
    retracted = session.client.plans.retract(found["id"], version=found["version"])
    done(session, say("back to draft", "已退回草稿"), retracted)


def sign(
    context: typer.Context,
    plan: Plan,
    statement: Annotated[str, typer.Option(help=say("The employee's counter-statement.", "员工的补充说明。"))] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help=say("Do not ask.", "不再确认。"))] = False,
) -> None:
    """Sign the offered revision, on the bytes that are shown."""
    session = session_of(context)
    found = plan_of(session, plan)
    content = shown_content(session, found["id"])
    if not session.as_json:
        show_whole(session, found)
        console().print(escape(content["consent"]))
        console().print(f"SHA-256 {content['content_hash']}")
    if not yes and not session.as_json:
        typer.confirm(say("Sign?", "确认签署？"), abort=True)
    signature = {
        "revision": content["revision"],
        "content_hash": content["content_hash"],
        "counter_statement": statement,
        "locale": content.get("locale") or LOCALE,
    }
    signed = session.client.plans.sign(found["id"], signature, version=content["plan_version"])
    done(session, say("signed", "已签署"), signed)


def refuse(context: typer.Context, plan: Plan, reason: Reason) -> None:
    """Refuse the offered revision as the employee."""
    session = session_of(context)
    found = plan_of(session, plan)
    content = shown_content(session, found["id"])
    refusal = {"revision": content["revision"], "content_hash": content["content_hash"], "reason": reason}
    refused = session.client.plans.refuse(found["id"], refusal, version=content["plan_version"])
    done(session, say("refused", "已拒签"), refused)


def silence(context: typer.Context, plan: Plan) -> None:
    """Record the employee's silence after the due date as a refusal."""
    session = session_of(context)
    found = plan_of(session, plan)
    recorded = session.client.plans.record_silence(found["id"], version=found["version"])
    done(session, say("recorded; the HRBP has to witness it", "已记录，待 HRBP 见证"), recorded)


def witness(context: typer.Context, plan: Plan) -> None:
    """Witness a recorded silence as the HRBP."""
    session = session_of(context)
    found = plan_of(session, plan)
    witnessed = session.client.plans.witness_silence(found["id"], version=found["version"])
    done(session, say("witnessed", "已见证"), witnessed)


def decide(
    context: typer.Context,
    plan: Plan,
    decision: Annotated[str, typer.Argument(help="revise, issue, withdraw")],
    reason: Reason,
) -> None:
    """Decide a refused plan as the HRBP."""
    session = session_of(context)
    found = plan_of(session, plan)
    decided = session.client.plans.decide(found["id"], decision, reason, version=found["version"])
    done(session, say("decided", "已决定"), decided)


def revise(context: typer.Context, plan: Plan) -> None:
    """Start a new revision from the one in force."""
    session = session_of(context)
    found = plan_of(session, plan)
    started = session.client.plans.start_revision(found["id"], version=found["version"])
    done(session, say("revision started", "已开始新版本"), started)


def takeover(context: typer.Context, plan: Plan) -> None:
    """Confirm a plan in force that came with the person."""
    session = session_of(context)
    found = plan_of(session, plan)
    taken = session.client.plans.confirm_takeover(found["id"], version=found["version"])
    done(session, say("taken over", "已确认接手"), taken)


def discard(context: typer.Context, plan: Plan) -> None:
    """Drop a later revision that is a draft."""
    session = session_of(context)
    found = plan_of(session, plan)
    discarded = session.client.plans.discard_revision(found["id"], version=found["version"])
    done(session, say("draft revision dropped", "已放弃新版本草稿"), discarded)


def revisions(context: typer.Context, plan: Plan) -> None:
    """List the plan's revisions with their signatures."""
    session = session_of(context)
    columns = [
        Column(say("revision", "版本"), "revision"),
        Column(say("state", "状态"), "state"),
        Column(say("offered", "提交签署"), "offered_at", moment=True),
        Column(say("in force", "生效"), "in_force_at", moment=True),
        Column(say("signed by", "签署人"), lambda item: ", ".join(each["name"] for each in item["signatures"])),
        Column(say("issued", "单方生效"), "issued"),
    ]
    show_list(session, session.client.plans.revisions(plan_of(session, plan)["id"]), columns)


def shown_content(session: Session, plan_id: str) -> Document:
    """Return what is to be signed, once its bytes are known to be those that the hash is of."""
    content = session.client.plans.signing_content(plan_id)
    if hashlib.sha256(str(content["content"]).encode()).hexdigest() != content["content_hash"]:
        console(errors=True).print(say("the bytes do not fit their hash", "内容与其哈希值不符"))
        raise WorkFailed
    return content


def add_to(parent: typer.Typer) -> None:
    """Add the commands."""
    parent.command(help=say("Offer it for signing.", "提交签署。"))(offer)
    parent.command(help=say("Take the offer back.", "撤回签署请求。"))(retract)
    parent.command(help=say("Sign it.", "签署。"))(sign)
    parent.command(help=say("Refuse to sign.", "拒绝签署。"))(refuse)
    parent.command(help=say("Record the employee's silence.", "记录员工未答复。"))(silence)
    parent.command(help=say("Witness a silence.", "见证未答复。"))(witness)
    parent.command(help=say("Decide a refusal.", "裁定拒签。"))(decide)
    parent.command(help=say("Start a new revision.", "开始新版本。"))(revise)
    parent.command(help=say("Drop a draft revision.", "放弃新版本草稿。"))(discard)
    parent.command(help=say("Confirm a takeover.", "确认接手。"))(takeover)
    parent.command(help=say("List the revisions.", "列出各版本。"))(revisions)
