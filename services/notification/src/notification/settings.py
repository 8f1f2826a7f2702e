"""What notification is told by its environment beside what every service is told."""

from pathlib import Path

from common.settings import ServiceSettings
from pydantic import SecretStr


class NotificationSettings(ServiceSettings):
    """The mail server, who writes, and where the links of messages lead; production requires STARTTLS."""

    smtp_host: str = "127.0.0.1"
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password: SecretStr | None = None
    smtp_password_file: Path | None = None
    mail_from: str = "tandem@tandem.example"
    portal_url: str = "http://127.0.0.1:8080"
    senders: int = 2
