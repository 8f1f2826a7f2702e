"""`tandem-ops`: what an operator runs beside the services."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.engine import make_url

from ops import check as check_promises
from ops.broker_configuration import broker_users
from ops.cli_backup import backups, restores, snapshots
from ops.evaluation import write_keys
from ops.installation import plain_dsn
from ops.key_files import KeyFiles
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
from ops.postgres_tools import ToolFailed
from ops.roles import create_database, create_roles
from ops.secret_files import SecretFiles
from ops.streams import MAX_BYTES, connected, create_streams
from ops.topology import BY_NAME, ServiceSpec
from ops.trace import Client, TraceLost, follow

app = typer.Typer(help="Prepare, check, back up and restore an installation.", no_args_is_help=True)

app.add_typer(backups, name="backup")
app.add_typer(restores, name="restore")
app.command()(snapshots)

Option = typer.Option


@app.command()
def prepare(
    secrets: Secrets,
    admin_dsn: AdminDsn = "",
    nats_url: NatsUrl = "",
    service: Annotated[list[str] | None, Option(help="Only this service's schema (default: all).")] = None,
    replicas: Replicas = 1,
    max_bytes: MaxBytes = MAX_BYTES,
    partitions: Partitions = 1,
) -> None:
    """Make database, schemas, roles, streams and durables; running twice changes nothing.

    The database's URL may also be the secret file `admin/uri`. Without it only the broker is prepared, without a broker
    URL only the database.
    """
    files = SecretFiles(secrets)
    files.create_nats_passwords()
    admin_dsn = admin_dsn or files.admin_dsn()
    if admin_dsn:
        asyncio.run(_prepare_database(files, plain_dsn(admin_dsn), services_of(service)))
    if nats_url:
        asyncio.run(_prepare_broker(files, nats_url, replicas, max_bytes, partitions))


@app.command()
def keys(
    secrets: Secrets,
    rotate: Annotated[str, Option(help="Take the next step in the change of this service's signing key.")] = "",
) -> None:
    """Make the keys that are missing: a signing key per service, trust file, master key, page key."""
    if rotate and rotate not in BY_NAME:
        raise typer.BadParameter(f"one of {', '.join(sorted(BY_NAME))}", param_hint="--rotate")
    files = KeyFiles(secrets)
    files.create()
    if rotate:
        typer.echo(files.rotate(rotate))


@app.command("nats-config")
def nats_config(
    secrets: Annotated[
        Path | None, Option(help="Print the passwords of these secret files; default: variables of the environment.")
    ] = None,
    partitions: Partitions = 1,
) -> None:
    """Print the broker's users and permissions as a block of its configuration."""
    typer.echo(broker_users(SecretFiles(secrets).nats_password if secrets else None, partitions), nl=False)


@app.command("evaluation-keys")
def evaluation_keys(
    seed_file: Annotated[Path, Option(help="File with the evaluation's seed.", exists=True, dir_okay=False)],
    folder: Annotated[Path, Option(help="Where the keys are written.", exists=True, file_okay=False)],
    service: Annotated[str, Option(help="The service whose signing key is written.")],
) -> None:
    """Write the keys of one service of an evaluation, the same ones each time; production refuses them."""
    if service not in BY_NAME:
        raise typer.BadParameter(f"one of {', '.join(sorted(BY_NAME))}", param_hint="--service")
    write_keys(seed_file.read_text().strip(), service, folder)


@app.command("trace")
def trace(
    url: Annotated[str, Option(help="The gateway.", envvar="TANDEM_URL")],
    traces_url: Annotated[str, Option(help="The trace store's query API (Jaeger's).", envvar="TANDEM_TRACES_URL")],
    token_url: Annotated[str, Option(help="Where the client gets tokens.", envvar="TANDEM_TOKEN_URL")],
    client_id: Annotated[str, Option(help="A registered machine client.", envvar="TANDEM_CLIENT_ID")],
    client_secret_file: Annotated[Path, Option(help="File with its secret.", envvar="TANDEM_CLIENT_SECRET_FILE")],
    scope: Annotated[str, Option(help="What the client asks for.", envvar="TANDEM_CLIENT_SCOPE")] = "",
    patience: Annotated[float, Option(help="Seconds that spans may be on their way.")] = 90,
) -> None:
    """Check that one trace through every service arrives whole in the trace store."""
    client = Client(token_url, client_id, client_secret_file.read_text().strip(), scope)
    try:
        spans = follow(url, traces_url, client, patience)
    except TraceLost as lost:
        typer.echo(lost, err=True)
        raise typer.Exit(1) from None
    typer.echo(f"one trace over all services: {spans} spans")


@app.command()
def check(
    admin_dsn: AdminDsn,
    own: OwnDsns = None,
    grace: Annotated[float, Option(help="Seconds that an event may be on its way.")] = 300,
) -> None:
    """Check what must hold whatever was killed, lost or restored; prints the findings, status 1 if there are any."""
    installation = installation_of(admin_dsn, own)
    found = asyncio.run(check_promises.findings(installation, grace))
    for service, kinds in asyncio.run(check_promises.stated_losses(installation)).items():
        for kind, ids in kinds.items():
            typer.echo(f"stated loss: {service} lost {len(ids)} of {kind} in a restore: {', '.join(ids)}")
    for finding in found:
        typer.echo(finding)
    typer.echo(f"{len(found)} findings" if found else "every promise holds")
    raise typer.Exit(1 if found else 0)


def main() -> None:
    """Run the command line."""
    try:
        app()
    except ToolFailed as failed:
        sys.exit(f"tandem-ops: {failed}")


async def _prepare_database(files: SecretFiles, admin_dsn: str, services: tuple[ServiceSpec, ...]) -> None:
    passwords = files.role_passwords(services, make_url(admin_dsn))
    await create_database(admin_dsn)
    await create_roles(admin_dsn, passwords.__getitem__, services)
    typer.echo(f"database: {len(services)} schemas with their roles")


async def _prepare_broker(files: SecretFiles, url: str, replicas: int, max_bytes: int, partitions: int) -> None:
    async with connected(url, ADMIN, files.nats_password(ADMIN)) as client:
        await create_streams(client, replicas, max_bytes, partitions)
    typer.echo("broker: streams, durables and the clock bucket")
