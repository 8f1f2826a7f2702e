"""Runs plan-tracking's migrations."""

from common.migrations import run_env
from plan_tracking.storage import copy_tables, follow_up_tables, plan_tables
from plan_tracking.storage.base import Base

__all__ = ["copy_tables", "follow_up_tables", "plan_tables"]

run_env("plan_tracking", Base.metadata)
