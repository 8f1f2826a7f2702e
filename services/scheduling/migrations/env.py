"""Runs scheduling's migrations."""

from common.migrations import run_env
from scheduling.storage import copy_tables, tables  # noqa: F401
from scheduling.storage.base import Base

run_env("scheduling", Base.metadata)
