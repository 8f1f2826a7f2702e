"""The declarative base that all of this service's tables stand on."""

from common.tables import TYPES, new_metadata
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """One metadata for the schema `scheduling`."""

    metadata = new_metadata()
    type_annotation_map = TYPES
