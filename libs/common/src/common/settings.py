"""What every service is told by its environment; secrets come as files, or outright."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Literal, Self, TypeVar

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from common.secret import DEVELOPMENT_MARK, Secret

PREFIX = "TANDEM_"
_FILE = "_file"


class Settings(BaseSettings):
    """Settings with secrets: wherever there are `x` and `x_file`, one of them may be given, not both.

    Every file that is named has to be there. Production refuses what a development stack made.
    """

    # An error would else quote the whole environment, secrets included.
    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore", hide_input_in_errors=True)

    needed_secrets: ClassVar[tuple[str, ...]] = ()
    environment: Literal["development", "production"] = "development"

    def secret(self, name: str) -> Secret:
        """Return the secret of the setting, wherever it is given; an absent one is empty."""
        path: Path | None = getattr(self, name + _FILE)
        if path is not None:
            return Secret.in_file(path)
        value: SecretStr | None = getattr(self, name)
        return Secret.given(value.get_secret_value() if value else "")

    @model_validator(mode="after")
    def _given_once_and_fit(self) -> Self:
        if found := [*self._misgiven(), *self._misplaced(), *self._unfit()]:
            raise ValueError("; ".join(found))
        return self

    def _unfit(self) -> Iterator[str]:
        """Yield what settings of one kind do not allow together."""
        yield from ()

    def _misgiven(self) -> Iterator[str]:
        for name in type(self).model_fields:
            if name + _FILE not in type(self).model_fields:
                continue
            given = [each for each in (name, name + _FILE) if getattr(self, each) is not None]
            if len(given) == 2:
                yield f"{variable(name)} and {variable(name + _FILE)} are both given"
            if not given and name in self.needed_secrets:
                yield f"{variable(name)} is missing; give it, or {variable(name + _FILE)}"

    def _misplaced(self) -> Iterator[str]:
        production = self.environment == "production"
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, SecretStr) and production and DEVELOPMENT_MARK in value.get_secret_value():
                yield f"{variable(name)} was made by a development stack"
            if not isinstance(value, Path) or not name.endswith(_FILE):
                continue
            if not value.is_file():
                yield f"{variable(name)}: there is no file {value}"
            elif production and DEVELOPMENT_MARK in value.read_text():
                yield f"{variable(name)} was made by a development stack"


class ProcessSettings(Settings):
    """What every process of the product is told, the gateway too."""

    environment: Literal["development", "production"]
    listen: str
    nats_url: str
    nats_user: str = ""
    nats_password: SecretStr | None = None
    nats_password_file: Path | None = None
    signing_key_file: Path
    master_key_file: Path
    blobs: str
    callees: dict[str, str | list[str]] = {}
    stream_replicas: int = Field(default=1, ge=1)
    log_format: Literal["json", "console"] = "json"
    telemetry_listen: str = ""
    workload_tokens: Path | None = None

    def _unfit(self) -> Iterator[str]:
        if self.workload_tokens is not None:
            for callee in self.callees:
                if not (self.workload_tokens / callee).is_file():
                    yield f"{variable('workload_tokens')} holds no token for {callee}"


class ServiceSettings(ProcessSettings):
    """Settings of a service with a database; only composition roots read them."""

    needed_secrets = ("dsn_app", "dsn_worker")

    dsn_app: SecretStr | None = None
    dsn_app_file: Path | None = None
    dsn_worker: SecretStr | None = None
    dsn_worker_file: Path | None = None
    trust_file: Path
    page_key_file: Path
    consumer_partitions: int = Field(default=1, ge=1)
    callers: dict[str, str] = {}
    workload_issuer: str = ""
    workload_keys: str = ""
    workload_keys_ca_file: Path | None = None
    workload_keys_token_file: Path | None = None

    def _unfit(self) -> Iterator[str]:
        yield from super()._unfit()
        needed = ["callers", "workload_issuer", "workload_keys", *(["workload_tokens"] if self.callees else [])]
        if (missing := [name for name in needed if not getattr(self, name)]) and len(missing) < len(needed):
            yield (
                f"workload identity is half configured: {', '.join(map(variable, missing))} missing; "
                "give all, or none where a mesh proves who calls"
            )
        if "://" in self.workload_keys and not self.workload_keys.startswith("https://"):
            yield f"{variable('workload_keys')} is neither a file nor an https URL"
        elif self.workload_keys and "://" not in self.workload_keys:
            yield from self._keys_in_a_file(Path(self.workload_keys))

    def _keys_in_a_file(self, path: Path) -> Iterator[str]:
        if not path.is_file():
            yield f"{variable('workload_keys')}: there is no file {path}"
        elif self.environment == "production" and DEVELOPMENT_MARK in path.read_text():
            yield f"{variable('workload_keys')} was made by a development stack"


class MigrationSettings(Settings):
    """All that `migrate` needs."""

    needed_secrets = ("dsn_owner",)

    dsn_owner: SecretStr | None = None
    dsn_owner_file: Path | None = None


S = TypeVar("S", bound=Settings)


def read_settings(kind: type[S], program: str) -> S:
    """Return the settings from the environment, or end the program with a word on each that is missing or wrong."""
    try:
        return kind()
    except SettingsError as unreadable:
        sys.exit(f"{program}: {unreadable}")
    except ValidationError as wrong:
        for each in wrong.errors(include_url=False, include_context=False, include_input=False):
            named = f"{variable(str(each['loc'][0]))}: " if each["loc"] else ""
            print(f"{program}: {named}{each['msg'].removeprefix('Value error, ')}", file=sys.stderr)
        sys.exit(1)


def variable(name: str) -> str:
    """Return the environment variable of a setting."""
    return PREFIX + name.upper()
