"""`tandem-ops backup …`, `restore …` and what belongs to them."""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from nats.aio.client import Client

from ops import backup, restore
from ops.demo_clocks import put_clocks, read_clocks
from ops.installation import plain_dsn
from ops.options import (
    AdminDsn,
    MaxBytes,
    NatsUrl,
    OwnDsns,
    Partitions,
    Replicas,
    Secrets,
    installation_of,
    services_of,
)
from ops.permissions import ADMIN
from ops.postgres_tools import PostgresTools, ToolFailed
from ops.secret_files import SecretFiles
from ops.streams import MAX_BYTES, connected, rebuild_streams

backups = typer.Typer(help="Back up the server, single services, or demo tenants' clocks.", no_args_is_help=True)
restores = typer.Typer(help="Restore what was backed up.", no_args_is_help=True)

_MOMENT = "%Y-%m-%dT%H:%M:%S%z"
CLOCKS = "clocks.json"
Result = TypeVar("Result")
Option = typer.Option
Folder = Annotated[Path, Option("--folder", help="Where the backups lie.", envvar="TANDEM_BACKUPS", file_okay=False)]
Services = Annotated[list[str] | None, Option("--service", help="Only this service (default: all).")]


@backups.command("base")
def base(admin_dsn: AdminDsn, folder: Folder) -> None:
    """Copy the whole database server and verify the copy; with the log of `backup wal`, nothing is lost."""
    typer.echo(f"{backup.back_up_server(plain_dsn(admin_dsn), folder, PostgresTools())} verified")


@backups.command("wal")
def wal(admin_dsn: AdminDsn, folder: Folder) -> None:
    """Receive the server's write-ahead log until stopped; run it beside the server, always."""
    command, environment = backup.wal_receiver(plain_dsn(admin_dsn), folder, PostgresTools())
    os.execvpe(command[0], command, environment)  # noqa: S606


@backups.command("dump")
def dump(admin_dsn: AdminDsn, folder: Folder, service: Services = None, own: OwnDsns = None) -> None:
    """Dump the schema of each service into a file with a manifest."""
    installation = installation_of(admin_dsn, own)
    for each in services_of(service):
        path = backup.dump_service(installation, each.name, folder, PostgresTools())
        typer.echo(f"{path} {path.stat().st_size} bytes")


@backups.command("clocks")
def clocks(folder: Folder, nats_url: NatsUrl, secrets: Secrets) -> None:
    """Keep the moved clocks of demo tenants; a production installation has none."""
    offsets = asyncio.run(_with_broker(nats_url, secrets, read_clocks))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CLOCKS).write_text(json.dumps(offsets, indent=2) + "\n")
    typer.echo(f"{len(offsets)} clocks kept")


@restores.command("base")
def restore_base(
    folder: Folder,
    data: Annotated[Path, Option(help="The data folder to fill; it must be empty.")],
    until: Annotated[
        datetime | None, Option(formats=["%Y-%m-%dT%H:%M:%S%z"], help="Recover up to this moment.")
    ] = None,
) -> None:
    """Lay out a data folder that recovers from the newest base backup and the log; start the server on it then."""
    typer.echo(f"{backup.restore_server(folder, data, until)} laid out in {data}; start the server there")


@restores.command("dump")
def restore_dump(
    admin_dsn: AdminDsn,
    folder: Folder,
    service: Services = None,
    own: OwnDsns = None,
    replace: Annotated[bool, Option(help="Give up what the schemas hold now.")] = False,
) -> None:
    """Restore services from their newest dumps; says what was lost. No service may run meanwhile."""
    newest = backup.newest_dumps(folder)
    wanted = [each.name for each in services_of(service) if each.name in newest or service]
    if missing := [name for name in wanted if name not in newest]:
        raise ToolFailed(f"{folder} holds no dump of {', '.join(missing)}")
    installation = installation_of(admin_dsn, own)
    dumps = {name: newest[name] for name in wanted}
    for each in asyncio.run(restore.restore_dumps(installation, dumps, PostgresTools(), replace=replace)):
        typer.echo(f"{each.manifest.service}: as of {each.manifest.taken_at}, {_age(each)} old, epoch {each.epoch}")
        for kind, count in sorted(each.events.items()):
            typer.echo(f"  lost {count} of {kind}, which others have heard of")
        for kind, ids in sorted(each.objects.items()):
            typer.echo(f"  does not know {kind} {', '.join(ids)}, which others do")
        for kind, count in sorted(each.ended.items()):
            typer.echo(f"  says of {count} of kind {kind} that they have ended")
    typer.echo("now make the streams anew (`tandem-ops restore streams`), then start the services")


@restores.command("streams")
def streams(
    nats_url: NatsUrl,
    secrets: Secrets,
    replicas: Replicas = 1,
    max_bytes: MaxBytes = MAX_BYTES,
    partitions: Partitions = 1,
) -> None:
    """Make every stream anew: all that publishers have kept is said again, and taken once."""
    asyncio.run(
        _with_broker(nats_url, secrets, lambda client: rebuild_streams(client, replicas, max_bytes, partitions))
    )
    typer.echo("streams are empty and new; the services fill them again")


@restores.command("clocks")
def restore_clocks(folder: Folder, nats_url: NatsUrl, secrets: Secrets) -> None:
    """Put the moved clocks of demo tenants back, before the services start."""
    offsets: dict[str, str] = json.loads((folder / CLOCKS).read_text())
    asyncio.run(_with_broker(nats_url, secrets, lambda client: put_clocks(client, offsets)))
    typer.echo(f"{len(offsets)} clocks put back")


def snapshots(
    admin_dsn: AdminDsn,
    service: Annotated[list[str], Option(help="Whose objects; may be repeated.")],
    tenant: Annotated[str | None, Option(help="Only this tenant's (default: all).")] = None,
    own: OwnDsns = None,
) -> None:
    """Let a service say how everything it keeps stands, for a consumer that is new or has lost its copies."""
    installation = installation_of(admin_dsn, own)
    for each in services_of(service):
        count = asyncio.run(restore.publish_snapshots(installation, each.name, tenant))
        typer.echo(f"{each.name}: {count} tenants")


async def _with_broker(nats_url: str, secrets: Path, work: Callable[[Client], Awaitable[Result]]) -> Result:
    async with connected(nats_url, ADMIN, SecretFiles(secrets).nats_password(ADMIN)) as client:
        return await work(client)


def _age(restored: restore.Restored) -> str:
    return str(restored.age).partition(".")[0]
