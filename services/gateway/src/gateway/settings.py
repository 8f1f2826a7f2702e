"""What the gateway is told by its environment; secrets come as files."""

from pathlib import Path
from typing import Literal

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class GatewaySettings(BaseSettings):
    """Prefix `TANDEM_`, the same names as the services' own; the gateway has no database."""

    model_config = SettingsConfigDict(env_prefix="TANDEM_", frozen=True, extra="ignore")

    environment: Literal["development", "production"]
    listen: str
    nats_url: str
    nats_user: str = ""
    nats_password: SecretStr = SecretStr("")
    signing_key_file: Path
    signing_kid: str
    master_key_file: Path
    blobs: str
    callees: dict[str, str] = {}
    log_format: Literal["json", "console"] = "json"
    issuers_poll_seconds: float = 10.0
