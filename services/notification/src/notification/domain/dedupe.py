"""What makes a message the same message: one key, from which its Message-ID follows."""

import hashlib
from uuid import UUID


def dedupe_key(tenant_id: UUID, recipient_id: UUID, template: str, object_id: UUID, slot: str) -> str:
    """Return the key; `slot` tells occasions of one object apart: a due date, a sequence, a revision."""
    return f"{tenant_id}|{recipient_id}|{template}|{object_id}|{slot}"


def message_id_header(key: str, domain: str) -> str:
    """Return the Message-ID of every try of the message (RFC 5322 section 3.6.4)."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}>"
