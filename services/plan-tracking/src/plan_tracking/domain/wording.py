"""Words that blame a person or leave a plan vague, in Chinese and English, each with what to say instead."""

import re
from dataclasses import dataclass
from typing import Literal

Fault = Literal["blaming", "vague"]


@dataclass(frozen=True)
class Phrase:
    """A pattern and the advice for a text in which it occurs."""

    fault: Fault
    pattern: re.Pattern[str]
    en: str
    zh: str


@dataclass(frozen=True)
class Hit:
    """One occurrence in a text; `words` is what was found."""

    phrase: Phrase
    words: str


def _phrase(fault: Fault, pattern: str, en: str, zh: str) -> Phrase:
    return Phrase(fault, re.compile(pattern, re.IGNORECASE), en, zh)


_BLAMING = (
    (
        r"\b(lazy|careless|sloppy|incompetent|useless|unprofessional|stupid|hopeless)\b",
        "Describe what happened and how often, not what the person is like.",
        "请描述发生了什么、发生了几次，而不是评价人。",
    ),
    (
        r"懒惰|懒散|偷懒|太懒|粗心大意|粗心|马虎|无能|不专业|素质差|没有责任心|缺乏责任心|态度恶劣|不思进取|拖后腿",
        "Describe what happened and how often, not what the person is like.",
        "请描述发生了什么、发生了几次，而不是评价人，例如“9 月有 3 条线索未在 24 小时内跟进”。",
    ),
    (
        r"\b(your|his|her|their) fault\b|\bto blame\b|\bfailed to\b|\brefuses? to\b",
        "Name the gap and the cause both agreed on; leave out who is at fault.",
        "请写明差距和双方认可的原因，不写是谁的错。",
    ),
    (
        r"都怪|怪你|你的错|他的错|她的错|就是不肯|屡教不改|总是找借口|找借口|推卸责任",
        "Name the gap and the cause both agreed on; leave out who is at fault.",
        "请写明差距和双方认可的原因，不写是谁的错。",
    ),
    (
        r"\b(bad|poor|wrong|negative) attitude\b|\battitude problem\b|态度不好|态度不端正|态度差|态度有问题",
        "Count an agreed behaviour instead: what is seen, how often.",
        "请改为可计数的约定行为：看得见什么、多久一次。",
    ),
    (
        r"\b(you|he|she|they) (always|never)\b|(?:你|他|她)(?:总是|从来|永远|老是)",
        "Replace always and never by a number and a period.",
        "请用次数和时间段代替“总是”“从来”。",
    ),
)

_VAGUE = (
    (
        r"\b(try harder|do (his|her|your|their) best|do better|work harder|make an effort|strive to)\b",
        "Say what will be done, how many times and by when.",
        "请写明做什么、做几次、何时完成。",
    ),
    (
        r"尽量|尽力|尽可能|争取|努力提升|努力提高|加强学习|再接再厉|更加努力|好好(?:干|做|学)",
        "Say what will be done, how many times and by when.",
        "请写明做什么、做几次、何时完成，例如“每条线索每周至少跟进 3 次”。",
    ),
    (
        r"\b(asap|as soon as possible|soon|in due course|from time to time|regularly|when possible)\b",
        "Give a date or a rhythm, such as “every Tuesday”.",
        "请给出日期或频率，例如“每周二”。",
    ),
    (r"尽快|尽早|适时|定期|不定期|有空时|经常", "Give a date or a rhythm.", "请给出日期或频率，例如“每周二”。"),
    (
        r"\b(improve|increase|enhance|strengthen) "
        r"(significantly|greatly|somewhat|a lot|communication|awareness|ability)\b",
        "Say by how much, on which metric.",
        "请写明在哪个指标上提高多少。",
    ),
    (
        r"明显提升|显著提升|大幅提升|有所提升|有所改善|加强沟通|提升能力|提高意识|增强意识|适当",
        "Say by how much, on which metric.",
        "请写明在哪个指标上提高多少。",
    ),
    (
        r"\b(etc|and so on|and the like|various|some kind of)\b|等等|之类|若干|某些",
        "Name each thing that belongs to it.",
        "请逐项写明。",
    ),
)

PHRASES = tuple([_phrase("blaming", *row) for row in _BLAMING] + [_phrase("vague", *row) for row in _VAGUE])


def find_phrases(text: str) -> list[Hit]:
    """Return every phrase that occurs in the text, each once, in the order of the table."""
    found = ((phrase, phrase.pattern.search(text)) for phrase in PHRASES)
    return [Hit(phrase, match.group()) for phrase, match in found if match]
