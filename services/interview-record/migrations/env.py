from common.migrations import run_env
from interview_record.storage import cycle_tables, facts_tables, interview_tables, record_tables  # noqa: F401
from interview_record.storage.base import Base

run_env("interview_record", Base.metadata)
