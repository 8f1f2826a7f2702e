"""Show scores, and remember what was shown, so that no two views together tell about one person."""

from dataclasses import dataclass, replace

from common.call import Call
from common.database import Database
from common.transaction import Transaction

from metrics.domain.disclosure import FLOOR, Score, TooFew, differs_by_too_few, is_showable, shown_groups
from metrics.domain.filters import Filter, GroupBy
from metrics.storage.facts import EVALUATIONS, lock
from metrics.storage.satisfaction_queries import (
    Selection,
    count_answers,
    count_differing,
    last_position,
    remember_shown,
    scores,
    shown_before,
)

Shown = tuple[Selection, Score]


@dataclass(frozen=True)
class Satisfaction:
    """Scores of a whole and of those groups that may be shown beside it, and how many answered."""

    whole: Score
    groups: tuple[Score, ...]
    groups_withheld: bool
    given: int
    asked: int


async def show_satisfaction(
    database: Database, call: Call, wanted: Filter, by: GroupBy | None, grouped: Filter
) -> Satisfaction:
    """Return the scores; raise TooFew for fewer than the floor, also in the difference to what the caller has seen.

    `grouped` is the filter as its groups are made from it: by unit, it names the unit whose children they are.
    A selection that has grown by fewer than the floor since it was shown is answered as it was shown then.
    """
    async with database.transaction(call) as tx:
        await lock(tx, EVALUATIONS)
        asked_for = Selection(wanted, call.identity.grants, await last_position(tx))
        found = await scores(tx, asked_for, None)
        whole = await _settle(tx, asked_for, found[0] if found else Score("", 0, 0))
        if whole is None:
            raise TooFew
        divided = replace(whole[0], wanted=grouped)
        groups = await scores(tx, divided, by) if by else []
        settled = await _settle_groups(tx, divided, by, groups, whole[1].given) if by else []
        await remember_shown(tx, [whole, *settled], tx.now)
        given, asked = await count_answers(tx, wanted)
    return Satisfaction(
        whole=whole[1],
        groups=tuple(score for _, score in settled),
        groups_withheld=len(settled) < len(groups),
        given=given,
        asked=asked,
    )


async def _settle(tx: Transaction, asked_for: Selection, score: Score) -> Shown | None:
    """Return what may be shown of a selection: it, or as it was shown before; None for neither."""
    if not is_showable(score.given):
        return None
    known = await shown_before(tx, score.given)
    selections = [Selection.read(each) for each in known]
    differences = [await count_differing(tx, asked_for, each) for each in selections]
    for before, selection, differing in zip(known, selections, differences, strict=True):
        if differing < FLOOR and selection.stored() == asked_for.stored():
            return selection, Score(score.key, before.satisfied, before.given)
    if any(differs_by_too_few(each) for each in differences):
        return None
    return asked_for, score


async def _settle_groups(
    tx: Transaction, divided: Selection, by: GroupBy, groups: list[Score], whole: int
) -> list[Shown]:
    settled: dict[str, Shown] = {}
    for group in groups:
        selection = replace(divided, wanted=divided.wanted.narrowed(by, group.key))
        if shown := await _settle(tx, selection, group):
            settled[group.key] = shown
    return [settled[score.key] for score in shown_groups(whole, [score for _, score in settled.values()])]
