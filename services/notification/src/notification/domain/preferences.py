"""How people want to be told, and what they are told all the same."""

from dataclasses import dataclass

from notification.domain.quiet_hours import QuietHours

# From eight in the evening until eight in the morning.
_NIGHT = QuietHours(20 * 60, 8 * 60)


@dataclass(frozen=True)
class Preferences:
    """Whether mail is wanted, which templates are not, and when it is quiet; the defaults hold until changed."""

    mail: bool = True
    muted: frozenset[str] = frozenset()
    quiet: QuietHours = _NIGHT

    def wants_mail(self, template: str, *, mandatory: bool) -> bool:
        """Tell whether the person is to get this by mail."""
        return mandatory or (self.mail and template not in self.muted)
