"""The declarative base of notification's rows."""

from typing import Any, ClassVar
from uuid import UUID

from common.tables import TYPES, new_metadata
from sqlalchemy import Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """Notification's own metadata."""

    metadata = new_metadata()
    type_annotation_map: ClassVar[dict[Any, Any]] = {**TYPES, list[UUID]: ARRAY(Uuid), list[str]: ARRAY(Text)}
