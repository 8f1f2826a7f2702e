"""Phrases for ten situations that no agenda foresees, in the words of someone who has been there."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from common.content import LOCALES, ContentError, Node, language, read_document

SCENARIOS = (
    "telling_a_shortfall",
    "proposing_a_way",
    "answering_a_request",
    "asking_for_resources",
    "facts_disagreed",
    "signing_refused",
    "closing_after_emotion",
    "remote_talk",
    "missed_check_in",
    "praising_a_step",
)


@dataclass(frozen=True)
class PhraseGroup:
    """Lines that serve one purpose."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class ScenarioText:
    """A scenario in one language: when it fits, what to say, what to avoid."""

    name: str
    when: str
    groups: tuple[PhraseGroup, ...]
    avoid: tuple[str, ...]


@dataclass(frozen=True)
class Scenario:
    """A scenario in both languages, under one version."""

    id: str
    version: int
    texts: Mapping[str, ScenarioText]

    def at(self, locale: str) -> ScenarioText:
        """The text in the language of a locale."""
        return self.texts[language(locale)]


@cache
def scenarios() -> Mapping[str, Scenario]:
    """The ten scenarios by id, in the order in which a case may meet them."""
    documents = {locale: read_document(__package__, f"phrases/{locale}.yaml") for locale in LOCALES}
    found = {}
    for scenario_id in SCENARIOS:
        nodes = {locale: documents[locale].node(scenario_id) for locale in LOCALES}
        versions = {node.integer("version", at_least=1) for node in nodes.values()}
        if len(versions) > 1:
            raise ContentError(f"phrases.{scenario_id}: the languages are of different versions")
        texts = {locale: _text(node) for locale, node in nodes.items()}
        found[scenario_id] = Scenario(scenario_id, versions.pop(), texts)
    for document in documents.values():
        document.end()
    return found


def _text(node: Node) -> ScenarioText:
    groups = []
    for group in node.nodes("groups"):
        groups.append(PhraseGroup(group.string("title"), group.strings("lines")))
        group.end()
    text = ScenarioText(node.string("name"), node.string("when"), tuple(groups), node.strings("avoid"))
    node.end()
    return text
