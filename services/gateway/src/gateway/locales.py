"""Which of the two languages a caller wants."""

from collections.abc import Mapping

LOCALES = ("en", "zh-CN")


def preferred_locale(accept_language: str | None) -> str | None:
    """Return `zh-CN` or `en` by the header's weights (RFC 9110 12.5.4), or None where it names neither."""
    best, weight = None, 0.0
    for part in (accept_language or "")[:200].split(","):
        tag, _, parameters = part.strip().partition(";")
        quality = _quality(parameters)
        locale = {"zh": "zh-CN", "en": "en"}.get(tag.strip().lower().split("-")[0])
        if locale and quality > weight:
            best, weight = locale, quality
    return best


def locale_of(headers: Mapping[str, str], own: str = "en") -> str:
    """Return the language of a response: the one asked for, else the person's own."""
    return preferred_locale(headers.get("accept-language")) or ("zh-CN" if own.startswith("zh") else "en")


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
