"""What people type, and what a run ends with."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import typer
from tandem_client.cli import errors
from tandem_client.cli.app import options_first
from tandem_client.cli.bookings import days_of
from tandem_client.cli.event_types import readable
from tandem_client.cli.imports import error_path, read_mapping
from tandem_client.cli.language import language_of
from tandem_client.cli.plan_follow_up import progress_of
from tandem_client.cli.plan_parts import goal_of, measure_of
from tandem_client.cli.reading import duration_of, is_id
from tandem_client.cli.session import NotLoggedIn, Session
from tandem_client.cli.settings import Login, environment, keep_login, last_login
from tandem_client.problems import TandemProblem, Unreachable

REVISION = {"goals": [{"id": "g1", "measures": [{"id": "m11"}, {"id": "m12"}]}, {"id": "g2", "measures": []}]}


def test_options_of_every_command_may_stand_anywhere():
    given = ["plan", "sign", "S01", "--as", "M01", "--json", "--lang=zh", "--yes"]

    assert options_first(given) == ["--as", "M01", "--json", "--lang=zh", "plan", "sign", "S01", "--yes"]


def test_what_stands_behind_two_dashes_is_left_alone():
    assert options_first(["interview", "note", "--", "--json"]) == ["interview", "note", "--", "--json"]


@pytest.mark.parametrize(
    ("arguments", "variables", "language"),
    [
        (["--lang", "zh"], {"LANG": "en_US.UTF-8"}, "zh"),
        (["status", "--lang=en"], {"LANG": "zh_CN.UTF-8"}, "en"),
        ([], {"LANG": "zh_CN.UTF-8"}, "zh"),
        ([], {"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
        ([], {}, "en"),
    ],
)
def test_the_language_is_as_asked_for_else_as_the_environment_says(arguments, variables, language):
    assert language_of(arguments, variables) == language


@pytest.mark.parametrize(
    ("text", "duration"),
    [("3d", timedelta(days=3)), ("2h30m", timedelta(hours=2, minutes=30)), ("1w2d", timedelta(days=9))],
)
def test_a_duration_is_read_by_its_letters(text, duration):
    assert duration_of(text) == duration


@pytest.mark.parametrize("text", ["", "3", "soon", "3d ago"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(typer.BadParameter):
        duration_of(text)


def test_an_external_id_is_not_taken_for_an_id():
    assert is_id("01935d3a-7c1e-7b52-9d58-0c8f4a1b2c3d")
    assert not is_id("10026")


def test_parts_of_a_plan_are_named_by_number():
    assert goal_of(REVISION, "2")["id"] == "g2"
    assert measure_of(REVISION, "1.2")["id"] == "m12"
    with pytest.raises(typer.BadParameter):
        measure_of(REVISION, "2.1")


@pytest.mark.parametrize(
    ("text", "read"),
    [("1=on_track", ("1", "on_track", "")), ("1.2=at_risk:40", ("1.2", "at_risk", "40"))],
)
def test_progress_is_read_as_number_state_and_value(text, read):
    assert progress_of(text) == read


def test_a_mapping_is_sent_as_texts_whatever_yaml_makes_of_them(tmp_path: Path):
    path = tmp_path / "map.yaml"
    path.write_text("columns: {person: EmpID}\ndefaults: {period: 2026, from: 2026-01-01, flag: yes, none: }\n")

    assert read_mapping(path)["defaults"] == {"period": "2026", "from": "2026-01-01", "flag": "yes", "none": ""}


def test_rows_that_failed_are_kept_beside_nothing_of_the_users(tmp_path: Path):
    assert error_path(tmp_path / "people.csv") == Path("people-errors.csv")


def test_the_stack_is_found_upwards_and_the_process_has_the_last_word(tmp_path: Path, monkeypatch):
    (tmp_path / ".tandem").mkdir()
    (tmp_path / ".tandem" / "env").write_text("TANDEM_URL=http://a\nTANDEM_NATS_URL=nats://b\n# no\n")
    inner = tmp_path / "x" / "y"
    inner.mkdir(parents=True)
    monkeypatch.setenv("TANDEM_URL", "http://c")

    found = environment(inner)

    assert (found["TANDEM_URL"], found["TANDEM_NATS_URL"]) == ("http://c", "nats://b")


def test_a_login_is_kept_for_its_owner_only(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("TANDEM_HOME", str(tmp_path / "home"))
    keep_login(Login("S01", "heron", 100))

    assert last_login() == Login("S01", "heron", 100)
    assert (tmp_path / "home" / "login.json").stat().st_mode & 0o077 == 0


def test_whoever_is_logged_in_already_is_not_asked_again(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("TANDEM_HOME", str(tmp_path))
    keep_login(Login("S01", "heron", 100))

    same, other = Session(external_id="S01").login, Session(external_id="M01").login

    assert same == Login("S01", "heron", 100)
    assert other is not None
    assert (other.tenant, other.auth_time > 100) == ("heron", True)


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (TandemProblem(409, "ILLEGAL_TRANSITION"), errors.REFUSED),
        (TandemProblem(401, "UNAUTHENTICATED"), errors.LOGIN_NEEDED),
        (TandemProblem(503, "UNAVAILABLE"), errors.AWAY),
        (NotLoggedIn(), errors.LOGIN_NEEDED),
        (Unreachable("http://x"), errors.AWAY),
        (errors.WorkFailed(), errors.INCOMPLETE),
    ],
)
def test_a_run_ends_with_the_status_of_what_went_wrong(failure, status):
    def command() -> None:
        raise failure

    assert errors.run(command) == status


def test_an_event_is_read_by_its_type():
    from tandem.common.v1.steps_pb2 import StepDone, StepKey

    payload = StepDone(key=StepKey(interview_id="i"), late=True).SerializeToString()

    assert readable("plan-tracking.step.done.v1", payload) == {"key": {"interview_id": "i"}, "late": True}
    assert readable("plan-tracking.unheard.of.v1", b"") is None


def test_free_starts_are_ranges_that_end_at_a_refused_one_and_at_midnight():
    session = Session()
    session.__dict__["zone"] = ZoneInfo("Asia/Shanghai")

    def slot(starts_at: str, *refusals: str) -> dict[str, object]:
        return {"starts_at": starts_at, "free": not refusals, "refusals": [{"text": each} for each in refusals]}

    days = days_of(
        session,
        [
            slot("2026-10-12T01:00:00Z"),
            slot("2026-10-12T01:30:00Z"),
            slot("2026-10-12T02:00:00Z", "busy"),
            slot("2026-10-12T02:30:00Z"),
            slot("2026-10-13T01:00:00Z"),
        ],
    )

    assert [(day["day"], day["free"], day["refused"]) for day in days] == [
        ("2026-10-12", "09:00–09:30, 10:30", "busy"),
        ("2026-10-13", "09:00", ""),
    ]
