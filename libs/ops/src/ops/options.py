"""Options that several commands share, and what they name."""

from pathlib import Path
from typing import Annotated

import typer

from ops.installation import Installation, plain_dsn
from ops.topology import BY_NAME, STORED, ServiceSpec

Option = typer.Option
Secrets = Annotated[
    Path, Option(help="Folder of secret files, one folder per service.", envvar="TANDEM_SECRETS", file_okay=False)
]
AdminDsn = Annotated[str, Option(help="URL of the product's database as its administrator.", envvar="TANDEM_DSN_ADMIN")]
OwnDsns = Annotated[
    list[str] | None,
    Option("--dsn", help="SERVICE=URL for a service whose schema is in a database of its own; may be repeated."),
]
NatsUrl = Annotated[str, Option(help="URL of the broker, without credentials.", envvar="TANDEM_NATS_URL")]
Replicas = Annotated[int, Option(help="Copies of each stream.", envvar="TANDEM_STREAM_REPLICAS")]
MaxBytes = Annotated[int, Option(help="Bytes each stream may hold (default: 1 GiB).", envvar="TANDEM_STREAM_MAX_BYTES")]
Partitions = Annotated[
    int,
    Option(help="Into how many parts consumers divide events; as the services.", envvar="TANDEM_CONSUMER_PARTITIONS"),
]


def services_of(names: list[str] | None) -> tuple[ServiceSpec, ...]:
    """Return the services of the names, all that keep data without any; raises BadParameter for an unknown one."""
    stored = {service.name for service in STORED}
    if unknown := set(names or ()) - stored:
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}; one of {', '.join(sorted(stored))}")
    return tuple(BY_NAME[name] for name in names) if names else STORED


def installation_of(admin_dsn: str, own: list[str] | None) -> Installation:
    """Return the installation that the options describe."""
    pairs = [each.partition("=") for each in own or ()]
    services_of([service for service, _, _ in pairs])
    return Installation(plain_dsn(admin_dsn), {service: plain_dsn(url) for service, _, url in pairs})
