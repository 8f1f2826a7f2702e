"""Runs the migrations of metrics."""

from common.migrations import run_env
from metrics.storage.tables import Base

run_env("metrics", Base.metadata)
