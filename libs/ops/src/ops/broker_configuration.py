"""The broker's users and permissions in its own configuration language, for the operator who runs the broker."""

import json
import re
from collections.abc import Callable

from ops.permissions import users

_VARIABLE = re.compile(r'"\$(NATS_PASSWORD_[A-Z_]+)"')


def variable(user: str) -> str:
    """Return the environment variable that holds a user's password when the configuration holds none."""
    return f"NATS_PASSWORD_{user.upper().replace('-', '_')}"


def broker_users(password_of: Callable[[str], str] | None = None, consumer_partitions: int = 1) -> str:
    """Return an `authorization` block; without passwords each is a variable of the server's environment."""
    found = users(password_of or (lambda user: f"${variable(user)}"), consumer_partitions)
    # The server resolves a variable only where it stands outside of quotes.
    text = _VARIABLE.sub(r"$\1", json.dumps({"users": found}, indent=2))
    return f"authorization: {text}\n"
