from common.migrations import run_env
from common.tables import new_metadata

run_env("probe", new_metadata())
