"""The composition root of notification."""

from common.due import DueSweeper
from common.service import Parts, Service, Wiring

from notification.api.servicer import NotificationServicer
from notification.contacts import Contacts
from notification.deadlines import DEADLINES
from notification.deadlines.send import Send
from notification.mailer import Mailer, Server
from notification.reactions import REACTIONS
from notification.settings import NotificationSettings
from notification.telling import SEND


def wire(parts: Parts) -> Wiring:
    """Put notification together."""
    settings = parts.settings
    assert isinstance(settings, NotificationSettings)
    contacts = Contacts(parts.callees)
    server = Server(
        settings.smtp_host,
        settings.smtp_port,
        secure=settings.environment == "production",
        user=settings.smtp_user,
        password=settings.secret("smtp_password"),
    )

    def sender() -> DueSweeper:
        # A connection each, and apart from the other deadlines, which a slow mail server must not hold up.
        send = Send(contacts, Mailer(server), sender=settings.mail_from, portal_url=settings.portal_url)
        return DueSweeper(parts.database, {SEND: send})

    return Wiring(
        NotificationServicer(parts.database, parts.page_tokens).add_to,
        reactions=REACTIONS,
        deadlines=DEADLINES,
        workers=[sender() for _ in range(settings.senders)],
    )


if __name__ == "__main__":
    Service("notification", "notification", wire, NotificationSettings).cli()
