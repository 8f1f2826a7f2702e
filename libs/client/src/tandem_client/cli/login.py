"""Who acts: login, logout, whoami, token."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from tandem_client.cli.language import say
from tandem_client.cli.output import Column, done, show
from tandem_client.cli.session import DEFAULT_TENANT, session_of
from tandem_client.cli.settings import Login, forget_login, keep_login, last_login

Fresh = Annotated[
    bool, typer.Option("--fresh", help=say("Prove who you are again, as signing asks.", "重新验证身份（签署时需要）。"))
]


def login(context: typer.Context, fresh: Fresh = False) -> None:
    """Log in at the development identity provider and check that the API knows the person."""
    session = session_of(context)
    last = last_login()
    external_id = session.external_id or (last.external_id if last else None)
    if external_id is None:
        raise typer.BadParameter(say("say who: --as EXTERNAL_ID", "请说明身份：--as 外部编号"))
    tenant = session.tenant or (last.tenant if last else DEFAULT_TENANT)
    same = last is not None and (last.external_id, last.tenant) == (external_id, tenant)
    auth_time = last.auth_time if last is not None and same and not fresh else int(time.time())
    keep_login(Login(external_id, tenant, auth_time))
    session.external_id, session.tenant = external_id, tenant
    name, tenant_name = session.me["name"], session.me["tenant"]["name"]
    done(session, say(f"logged in as {name} of {tenant_name}", f"已登录：{tenant_name} {name}"), session.me)


def logout(context: typer.Context) -> None:
    """Forget the login."""
    forget_login()
    done(session_of(context), say("logged out", "已退出登录"))


def whoami(context: typer.Context) -> None:
    """Show the caller as the API sees them."""
    session = session_of(context)
    show(
        session,
        session.me,
        [
            Column(say("name", "姓名"), "name"),
            Column(say("tenant", "租户"), "tenant.name"),
            Column(say("roles", "角色"), lambda me: [grant["role"] for grant in me["grants"]]),
            Column(say("manages people", "有下属"), "is_manager"),
            Column(say("logged in", "登录时间"), "auth_time", moment=True),
            Column(say("time zone", "时区"), lambda _: session.zone.key),
            Column("id", "person_id"),
        ],
    )


def token(context: typer.Context) -> None:
    """Print an access token, for curl."""
    print(session_of(context).tokens.access_token())


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(help=say("Log in, at the development identity provider.", "登录（开发用身份提供方）。"))(login)
    app.command(help=say("Forget the login.", "退出登录。"))(logout)
    app.command(help=say("Show who is logged in.", "显示当前登录人员。"))(whoami)
    app.command(help=say("Print an access token, for curl.", "输出访问令牌，供 curl 使用。"))(token)
