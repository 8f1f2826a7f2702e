"""What the frame of a request knows while it runs: for problems, the access log and response headers."""

from dataclasses import dataclass
from typing import cast

from starlette.types import Scope

_KEY = "tandem.exchange"


@dataclass
class Exchange:
    """One request and its answer; `tenant_id` and the person's language come with authentication."""

    trace_id: str
    locale: str = "en"
    tenant_id: str = ""

    @classmethod
    def of(cls, scope: Scope) -> "Exchange":
        """Return the exchange of this scope."""
        return cast(Exchange, scope[_KEY])

    def attach(self, scope: Scope) -> None:
        """Bind the exchange to the scope."""
        scope[_KEY] = self
