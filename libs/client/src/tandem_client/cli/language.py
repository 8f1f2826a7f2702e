"""The language of what the command line says: known before its commands are, because their help is in it too."""

import os
import sys
from collections.abc import Mapping, Sequence

_VARIABLES = ("TANDEM_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


def language_of(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """Return `zh` or `en`: as `--lang` says, else as the environment does."""
    asked = next((environment[name] for name in _VARIABLES if environment.get(name)), "en")
    for position, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            asked = argument.partition("=")[2]
        elif argument == "--lang" and position + 1 < len(arguments):
            asked = arguments[position + 1]
    return "zh" if asked.lower().startswith("zh") else "en"


LANGUAGE = language_of(sys.argv[1:], os.environ)
LOCALE = {"zh": "zh-CN", "en": "en"}[LANGUAGE]


def say(en: str, zh: str) -> str:
    """Return the text in the language of this run."""
    return zh if LANGUAGE == "zh" else en
