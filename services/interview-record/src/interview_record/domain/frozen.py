"""Frozen documents: the canonical bytes (RFC 8785) of what was shown, and their SHA-256."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import rfc8785


@dataclass(frozen=True)
class Frozen:
    """A document as it was frozen; `text` is its canonical JSON, `digest` the SHA-256 of its UTF-8 bytes."""

    text: str
    digest: bytes


def freeze(document: Mapping[str, Any]) -> Frozen:
    """Return the canonical form; raise rfc8785.CanonicalizationError for what JSON cannot hold exactly."""
    canonical = rfc8785.dumps(dict(document))
    return Frozen(canonical.decode(), hashlib.sha256(canonical).digest())


def is_intact(text: str, digest: bytes) -> bool:
    """Tell whether the text still is what was frozen."""
    return hashlib.sha256(text.encode()).digest() == digest
