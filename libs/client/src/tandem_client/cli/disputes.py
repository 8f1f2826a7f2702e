"""Disputes of facts. Commands of `tandem interview`."""

from __future__ import annotations

from typing import Annotated

import typer

from tandem_client.cli.interviews import Case
from tandem_client.cli.language import say
from tandem_client.cli.output import Column, done, show_list
from tandem_client.cli.reading import interview_id_of
from tandem_client.cli.session import session_of

COLUMNS = [
    Column(say("fact", "事实"), "fact_kind"),
    Column(say("why", "异议"), "text"),
    Column(say("state", "状态"), "state"),
    Column(say("decide by", "裁定期限"), "decide_by", moment=True),
    Column(say("decision", "裁定理由"), "decision_reason"),
    Column("id", "id"),
]


def disputes(context: typer.Context, case: Case) -> None:
    """List the disputes of a case."""
    session = session_of(context)
    show_list(session, session.client.interviews.disputes(interview_id_of(session, case)), COLUMNS)


def dispute(
    context: typer.Context,
    case: Case,
    fact: Annotated[str, typer.Argument(help=say("The fact's id on the sheet.", "统计表中的事实编号。"))],
    text: Annotated[str, typer.Argument(help=say("What is wrong with it.", "异议内容。"))],
    kind: Annotated[str, typer.Option(help="kpi_result, incident, highlight, shortfall")] = "kpi_result",
) -> None:
    """Dispute a fact of the data sheet as its employee."""
    session = session_of(context)
    body = {"fact_kind": kind, "fact_id": fact, "text": text}
    opened = session.client.interviews.dispute(interview_id_of(session, case), body)
    done(session, say(f"dispute {opened['id']}", f"已提出异议 {opened['id']}"), opened)


def decide(
    context: typer.Context,
    dispute: Annotated[str, typer.Argument(help=say("The dispute's id.", "异议编号。"))],
    reason: Annotated[str, typer.Option(help=say("Why.", "理由。"))],
    uphold: Annotated[bool, typer.Option("--uphold/--reject", help=say("Whether it holds.", "成立或不成立。"))],
    corrected: Annotated[str, typer.Option(help=say("The right value of a KPI.", "KPI 的正确值。"))] = "",
) -> None:
    """Decide a dispute as the HRBP."""
    session = session_of(context)
    decision = {"uphold": uphold, "reason": reason, "corrected_actual": corrected}
    decided = session.client.interviews.decide_dispute(dispute, decision)
    done(session, say("decided", "已裁定"), decided)


def add_to(parent: typer.Typer) -> None:
    """Add the commands."""
    parent.command(help=say("List disputes.", "列出异议。"))(disputes)
    parent.command(help=say("Dispute a fact.", "对事实提出异议。"))(dispute)
    parent.command("decide-dispute", help=say("Decide a dispute.", "裁定异议。"))(decide)
