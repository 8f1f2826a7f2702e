"""`tandem-admin`: what the platform does beside the directory, with its database secret and not through the gateway."""

import asyncio
import json
import urllib.request
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from common.broker import connect_broker
from common.call import Call
from common.clock import Clock, ClockOffsets, set_offset
from common.database import Database
from common.identity import Identity
from common.ids import new_id
from common.sealed import MasterKeys
from common.settings import ServiceSettings, read_settings
from sqlalchemy import select

from directory.storage.tables import IssuerRow
from directory.use_cases.create_tenant import NewTenant, create_tenant

app = typer.Typer(help="Platform administration, beside the directory service.", no_args_is_help=True)
tenants = typer.Typer(help="Tenants: one enterprise each.", no_args_is_help=True)
app.add_typer(tenants, name="tenant")

Option = typer.Option


@tenants.command("create")
def create(
    name: Annotated[str, Option(help="The enterprise's name.")],
    issuer: Annotated[str, Option(help="URL of the identity provider that vouches for its people.")],
    first_admin: Annotated[str, Option(help="External id of the first HR administrator.")],
    audience: Annotated[str, Option(help="The audience its access tokens are for.")] = "urn:tandem:api",
    external_id_claim: Annotated[str, Option(help="The claim that equals a person's external id.")] = "external_id",
    jwks_uri: Annotated[str, Option(help="Where the issuer's keys are; found by discovery if not given.")] = "",
    region: Annotated[str, Option(help="Jurisdiction of all its data.")] = "cn",
    locale: Annotated[str, Option(help="zh-CN or en.")] = "zh-CN",
    zone: Annotated[str, Option(help="IANA time zone.")] = "Asia/Shanghai",
    calendar: Annotated[str, Option(help="Code of its work calendar, such as CN.")] = "CN",
    accepts_plain_jwt: Annotated[
        bool, Option(help="The issuer sends typ JWT; then aud and a scope are asked.")
    ] = False,
    clock_start: Annotated[
        datetime | None, Option(formats=["%Y-%m-%dT%H:%M%z"], help="Make it a demo tenant whose clock starts here.")
    ] = None,
) -> None:
    """Create a tenant with its issuer and first administrator; an issuer that is known changes nothing."""
    settings = read_settings(ServiceSettings, "tandem-admin")
    _check(settings, locale, zone, clock_start)
    new = NewTenant(
        tenant_id=new_id(),
        name=name,
        region=region,
        locale=locale,
        time_zone=zone,
        calendar_code=calendar,
        demo=clock_start is not None,
        issuer=issuer,
        audience=audience,
        jwks_uri=jwks_uri or _discover(issuer),
        external_id_claim=external_id_claim,
        algorithms=("RS256", "PS256", "ES256"),
        accepts_plain_jwt=accepts_plain_jwt,
        first_admin=first_admin,
    )
    tenant_id, made = asyncio.run(_create(settings, new, clock_start))
    typer.echo(f"{tenant_id} {'created' if made else 'exists'}")


def _check(settings: ServiceSettings, locale: str, zone: str, clock_start: datetime | None) -> None:
    if clock_start is not None and settings.environment == "production":
        raise typer.BadParameter("a production installation has no demo tenants", param_hint="--clock-start")
    if locale not in ("zh-CN", "en"):
        raise typer.BadParameter("zh-CN or en", param_hint="--locale")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise typer.BadParameter("not an IANA time zone", param_hint="--zone") from None


def _discover(issuer: str) -> str:
    if not issuer.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise typer.BadParameter("an issuer is an https URL", param_hint="--issuer")
    try:
        with urllib.request.urlopen(f"{issuer}/.well-known/openid-configuration", timeout=5) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
        return str(found["jwks_uri"])
    except (OSError, KeyError, ValueError):
        raise typer.BadParameter("its discovery document does not answer; give --jwks-uri") from None


async def _create(settings: ServiceSettings, new: NewTenant, clock_start: datetime | None) -> tuple[UUID, bool]:
    broker = await connect_broker("directory", settings)
    offsets = ClockOffsets()
    database = Database(
        settings.secret("dsn_app"),
        settings.secret("dsn_worker"),
        service="directory",
        clock=Clock(offsets),
        master_keys=MasterKeys.load(settings.master_key_file),
    )
    try:
        platform = Identity(new.tenant_id, "platform", "service")
        async with database.read(platform) as reader:
            known = await reader.session.scalar(select(IssuerRow.tenant_id).where(IssuerRow.issuer == new.issuer))
        if known is not None:
            return known, False
        if clock_start is not None:
            await set_offset(broker, new.tenant_id, clock_start - database.clock.system())
            await offsets.load(broker)
        await create_tenant(database, Call(platform, "create_tenant", str(new.tenant_id)), new)
        return new.tenant_id, True
    finally:
        await database.close()
        await broker.close()
