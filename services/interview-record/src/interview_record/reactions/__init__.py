"""One file per consumed event."""

from collections.abc import Sequence

from common.events import Reaction

from interview_record.reactions.facts import FACTS
from interview_record.reactions.interviews import INTERVIEWS

REACTIONS: Sequence[Reaction] = [*FACTS, *INTERVIEWS]
