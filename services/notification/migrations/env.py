"""Runs notification's migrations."""

from common.migrations import run_env
from notification.storage import copy_tables, tables  # noqa: F401 - they register their rows
from notification.storage.base import Base

run_env("notification", Base.metadata)
