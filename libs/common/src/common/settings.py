"""What every service is told by its environment; secrets come as files."""

from pathlib import Path
from typing import Literal

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """Settings shared by all services, prefix `TANDEM_`; only composition roots read them."""

    model_config = SettingsConfigDict(env_prefix="TANDEM_", frozen=True, extra="ignore")

    environment: Literal["development", "production"]
    dsn_app: SecretStr
    dsn_worker: SecretStr
    dsn_owner: SecretStr | None = None
    nats_url: str
    nats_user: str = ""
    nats_password: SecretStr = SecretStr("")
    listen: str
    signing_key_file: Path
    signing_kid: str
    trust_file: Path
    master_key_file: Path
    page_key_file: Path
    blobs: str
    callees: dict[str, str] = {}
    log_format: Literal["json", "console"] = "json"
