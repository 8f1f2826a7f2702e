"""Every event of every service is kept, measured or not: a later figure finds its facts there."""

from common.events import Reaction, event_type_of, reaction

from metrics.events import CONSUMED, STEP_OWNERS
from metrics.use_cases.keep_fact import keep_fact

REACTIONS: list[Reaction] = [
    reaction(event, keep_fact, sources=STEP_OWNERS if event_type_of(event).aggregate == "step" else frozenset())
    for event in CONSUMED
]
