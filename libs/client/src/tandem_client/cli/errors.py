"""What is said, and with which status a run ends, where something went wrong."""

from __future__ import annotations

from collections.abc import Callable

from rich.markup import escape

from tandem_client.cli.language import say
from tandem_client.cli.output import console
from tandem_client.cli.session import NotLoggedIn
from tandem_client.problems import TandemProblem, Unreachable
from tandem_client.tokens import LoginFailed

# 2 is the parser's, for a command that was typed wrong.
REFUSED, LOGIN_NEEDED, AWAY, INCOMPLETE = 1, 3, 4, 5


class WorkFailed(Exception):
    """Long work ended without success, or left rows out; it has been shown already."""


def run(command: Callable[[], object]) -> int:
    """Run the command; return the status to end with, 0 where nothing went wrong."""
    try:
        command()
    except TandemProblem as problem:
        _explain(problem)
        return status_of(problem)
    except (NotLoggedIn, LoginFailed) as failed:
        _complain(_login_words(failed))
        return LOGIN_NEEDED
    except Unreachable as away:
        _complain(say(f"{away} does not answer; is the stack up?", f"{away} 没有响应；环境是否已启动？"))
        return AWAY
    except WorkFailed:
        return INCOMPLETE
    return 0


def status_of(problem: TandemProblem) -> int:
    """Return the status that a run ends with for a problem."""
    if problem.status == 401:
        return LOGIN_NEEDED
    return AWAY if problem.status >= 500 else REFUSED


def _login_words(failed: Exception) -> str:
    if isinstance(failed, NotLoggedIn):
        return say(
            "nobody is logged in; `tandem login --as EXTERNAL_ID`, or set TANDEM_TOKEN",
            "尚未登录；请运行 tandem login --as 外部编号，或设置 TANDEM_TOKEN",
        )
    return say(f"the login failed: {failed}", f"登录失败：{failed}")


def _explain(problem: TandemProblem) -> None:
    _complain(f"{problem.detail or problem.title} ({problem.reason})")
    for field in problem.fields:
        _complain(f"  {field.place}: {field.detail}")
    if problem.needs_fresh_login:
        _complain(say("prove who you are again: `tandem login --fresh`", "请重新验证身份：tandem login --fresh"))
    if problem.status >= 500:
        _complain(say(f"trace {problem.trace_id}", f"追踪编号 {problem.trace_id}"))


def _complain(text: str) -> None:
    console(errors=True).print(f"[red]{escape(text)}[/red]")
