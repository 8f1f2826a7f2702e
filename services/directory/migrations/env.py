"""Runs the directory's migrations."""

from common.migrations import run_env
from directory.storage.tables import Base

run_env("directory", Base.metadata)
