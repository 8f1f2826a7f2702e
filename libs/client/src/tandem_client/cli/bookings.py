"""When people meet: slots and bookings."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tandem_client.cli.interviews import Case
from tandem_client.cli.language import say
from tandem_client.cli.output import Column, Item, console, done, local_time, print_json, show, show_list
from tandem_client.cli.reading import booking_of, interview_id_of, moment_of
from tandem_client.cli.session import Session, session_of

app = typer.Typer(no_args_is_help=True, help=say("When people meet.", "面谈时间。"))

Start = Annotated[
    str, typer.Argument(metavar="START", help=say("Local time: 2026-10-12T14:00.", "当地时间：2026-10-12T14:00。"))
]
Minutes = Annotated[int, typer.Option(help=say("How long; 0 is the playbook's.", "时长（分钟），0 为规范默认。"))]
Place = Annotated[str | None, typer.Option(help=say("A room or a link.", "会议室或链接。"))]
Override = Annotated[
    str, typer.Option("--override-notice", help=say("The HRBP's reason for shorter notice.", "HRBP 缩短提前期的理由。"))
]

COLUMNS = [
    Column(say("starts", "开始"), "starts_at", moment=True),
    Column(say("minutes", "分钟"), "duration_minutes"),
    Column(say("state", "状态"), "state"),
    Column(say("place", "地点"), "place"),
    Column(say("proposed", "提出时间"), "proposed_at", moment=True),
    Column(say("answer by", "答复期限"), "answer_due_at", moment=True),
    Column("id", "id"),
]


@app.command("slots", help=say("Show free starts, or why a start is not free.", "查看可约时间及不可约原因。"))
def slots(
    context: typer.Context,
    case: Case,
    from_: Annotated[str | None, typer.Option("--from", help=say("First day.", "首日。"))] = None,
    until: Annotated[str | None, typer.Option(help=say("Last day.", "末日。"))] = None,
    minutes: Minutes = 0,
    all_: Annotated[bool, typer.Option("--all", help=say("Refused ones too.", "包括不可约时间。"))] = False,
) -> None:
    """Show the starts that both people can keep."""
    session = session_of(context)
    found = session.client.bookings.slots(
        interview_id_of(session, case), from_on=from_, until_on=until, duration_minutes=minutes, free_only=not all_
    )
    if session.as_json:
        print_json(found)
        return
    columns = [
        Column(say("day", "日期"), "day"),
        Column(say("free starts", "可约开始时间"), "free"),
        Column(say("why not the others", "其余不可约原因"), "refused"),
    ]
    show_list(session, days_of(session, found["items"]), columns)
    earliest, latest = found["earliest_on"], found["latest_on"]
    console().print(say(f"earliest {earliest}, latest {latest}", f"最早 {earliest}，最迟 {latest}"))


@app.command("propose", help=say("Propose a start; the invitation goes out.", "提出面谈时间并发出邀请。"))
def propose(
    context: typer.Context, case: Case, start: Start, minutes: Minutes = 0, place: Place = None, override: Override = ""
) -> None:
    """Hold both people's time for an interview."""
    session = session_of(context)
    booking: dict[str, Any] = {
        "interview_id": interview_id_of(session, case),
        "starts_at": moment_of(session, start).isoformat(),
        "duration_minutes": minutes,
        "place": place or "",
        "notice_override_reason": override,
    }
    done(session, say("proposed", "已提出"), session.client.bookings.propose(booking))


@app.command("show", help=say("Show the booking.", "显示约定。"))
def show_booking(context: typer.Context, case: Case) -> None:
    """Show what is booked for a case."""
    session = session_of(context)
    show(session, booking_of(session, case), COLUMNS)


@app.command("accept", help=say("Accept the proposed start.", "接受所提时间。"))
def accept(context: typer.Context, case: Case) -> None:
    """Accept as the one who did not propose."""
    session = session_of(context)
    booking = booking_of(session, case)
    accepted = session.client.bookings.accept(booking["id"], version=booking["version"])
    done(session, say("accepted", "已接受"), accepted)


@app.command("decline", help=say("Decline the proposed start.", "谢绝所提时间。"))
def decline(
    context: typer.Context,
    case: Case,
    reason: Annotated[str, typer.Option(help="other_commitment, absent, more_time_to_prepare, other")],
    note: Annotated[str, typer.Option(help=say("In your own words.", "说明。"))] = "",
) -> None:
    """Decline with a reason."""
    session = session_of(context)
    booking = booking_of(session, case)
    declined = session.client.bookings.decline(booking["id"], reason, note, version=booking["version"])
    done(session, say("declined", "已谢绝"), declined)


@app.command("move", help=say("Move to another start.", "改期。"))
def move(
    context: typer.Context,
    case: Case,
    start: Start,
    minutes: Minutes = 0,
    place: Place = None,
    consent: Annotated[
        bool, typer.Option("--consent", help=say("I agree to shorter notice.", "同意缩短提前期。"))
    ] = False,
    override: Override = "",
) -> None:
    """Replace the booking of a case by another start."""
    session = session_of(context)
    booking = booking_of(session, case)
    change = {
        "starts_at": moment_of(session, start).isoformat(),
        "duration_minutes": minutes,
        "place": place,
        "consent_to_short_notice": consent,
        "notice_override_reason": override,
    }
    moved = session.client.bookings.move(booking["id"], change, version=booking["version"])
    done(session, say("moved", "已改期"), moved)


@app.command("cancel", help=say("Cancel the booking.", "取消约定。"))
def cancel(
    context: typer.Context,
    case: Case,
    note: Annotated[str, typer.Option(help=say("In your own words.", "说明。"))] = "",
) -> None:
    """Cancel what is booked for a case."""
    session = session_of(context)
    booking = booking_of(session, case)
    cancelled = session.client.bookings.cancel(booking["id"], note, version=booking["version"])
    done(session, say("cancelled", "已取消"), cancelled)


def days_of(session: Session, slots: list[dict[str, Any]]) -> list[Item]:
    """Return the slots day by day: the free starts as ranges, and every reason that others are refused for."""
    days: dict[str, tuple[list[list[str]], dict[str, None]]] = {}
    broken = True
    for slot in slots:
        day, time = local_time(session, slot["starts_at"]).split(" ")
        broken = broken or day not in days
        ranges, refused = days.setdefault(day, ([], {}))
        if slot["free"]:
            ranges.extend([[]] if broken else [])
            ranges[-1].append(time)
        broken = not slot["free"]
        refused |= {each["text"]: None for each in slot["refusals"]}
    return [
        {"day": day, "free": ", ".join(_range(each) for each in ranges), "refused": " ".join(refused)}
        for day, (ranges, refused) in days.items()
    ]


def _range(times: list[str]) -> str:
    return times[0] if len(times) == 1 else f"{times[0]}–{times[-1]}"


def add_to(parent: typer.Typer) -> None:
    """Add the commands."""
    parent.add_typer(app, name="book")
