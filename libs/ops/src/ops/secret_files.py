"""The secrets of an installation as files, one folder per service, named as the services' pods mount them."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from ops.permissions import ADMIN, TAIL
from ops.roles import KINDS, ServiceDsns
from ops.topology import SERVICES, ServiceSpec

NATS_PASSWORD = "nats-password"  # noqa: S105


@dataclass(frozen=True)
class SecretFiles:
    """`FOLDER/<service>/uri-app`, `uri-worker`, `uri-owner`, `nats-password`; of `admin` its `nats-password` and `uri`.

    A file that is there is taken as given; one that is missing is written with a new password.
    """

    folder: Path

    def dsns(self, service: ServiceSpec, server: URL) -> ServiceDsns:
        """Return the service's database URLs; new ones point to the server and database of the given URL."""
        made = {}
        for kind, name in KINDS.items():
            role = f"{service.package}_{name}"
            fresh = server.set(drivername="postgresql+asyncpg", username=role, password=_password())
            made[kind] = self._get(service.name, f"uri-{kind}", fresh.render_as_string(hide_password=False))
        return ServiceDsns(service.package, **made)

    def role_passwords(self, services: tuple[ServiceSpec, ...], server: URL) -> dict[str, str]:
        """Return the password of every database role of the services, by the role's name."""
        urls = [url for service in services for url in _urls(self.dsns(service, server))]
        return {str(url.username): str(url.password) for url in urls}

    def nats_password(self, user: str) -> str:
        """Return the broker's password of a service, of `admin` or of `tail`."""
        return self._get(user, NATS_PASSWORD, _password())

    def admin_dsn(self) -> str:
        """Return the URL of the database as its administrator, empty if none is given."""
        path = self.folder / ADMIN / "uri"
        return path.read_text().strip() if path.exists() else ""

    def create_nats_passwords(self) -> None:
        """Make sure that every user of the broker has a password."""
        for user in (*(service.name for service in SERVICES), ADMIN, TAIL):
            self.nats_password(user)

    def _get(self, owner: str, name: str, fresh: str) -> str:
        path = self.folder / owner / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.touch(mode=0o600)
            path.write_text(fresh)
        return path.read_text().strip()


def _urls(dsns: ServiceDsns) -> Iterator[URL]:
    return (make_url(dsn) for dsn in (dsns.app, dsns.worker, dsns.owner))


def _password() -> str:
    return secrets.token_urlsafe(24)
