"""The steps of the standard as messages name them."""

from collections.abc import Mapping
from functools import cache

from common.content import Text, read_document


@cache
def step_names() -> Mapping[str, Text]:
    """The name of each step, keyed as in the contract's enum: `data_ready` for STEP_DATA_READY."""
    document = read_document(__package__, "steps.yaml")
    return {step: document.text(step) for step in document.values}
