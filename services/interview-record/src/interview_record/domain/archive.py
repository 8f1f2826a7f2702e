"""What is archived: the package of the concluded interview first, then each later revision and amendment."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

EMPLOYEE_FILE = "employee_file"


class ItemKind(StrEnum):
    """What an item holds."""

    PACKAGE = "package"
    REVISION = "revision"
    AMENDMENT = "amendment"


@dataclass(frozen=True)
class Cause:
    """What happened to the plan: a revision (0 for a withdrawn plan) or an amendment under it, at a moment."""

    plan_id: UUID
    revision: int
    amendment: int
    at: datetime


def kind_of(cause: Cause, *, first: bool) -> ItemKind:
    """Return what the item holds; the first one is the whole package."""
    if first:
        return ItemKind.PACKAGE
    return ItemKind.AMENDMENT if cause.amendment else ItemKind.REVISION


def occurrence_of(cause: Cause, *, first: bool) -> str:
    """Return the ledger row's occurrence: empty for the first item, then `2`, or `2.1` for an amendment."""
    if first:
        return ""
    return f"{cause.revision}.{cause.amendment}" if cause.amendment else str(cause.revision)
