"""Messages: a neutral subject and preview, and a body with the time and the link, in zh-CN and en."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from common.content import ContentError, Node, Text, read_document
from jinja2 import Environment, StrictUndefined, Template, TemplateSyntaxError, meta

# What a person must be told, whatever their preferences.
_MANDATORY = frozenset({"action", "appointment", "appointment_changed"})
# What asks its reader to do something.
_ACTION = frozenset({"action", "appointment", "reminder", "overdue"})
ROLES = ("employee", "manager", "owner", "hrbp")
FRAME_PLACEHOLDERS = frozenset({"recipient_name", "link"})
_FILES = ("bookings", "preparation", "plans", "follow_up")
# Plain text, not HTML: escaping would show entities to the reader.
_JINJA = Environment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=False)  # noqa: S701


@dataclass(frozen=True)
class MessageTemplate:
    """A message by key; `placeholders` are all values its body needs, each given as text in the reader's language.

    `kind` is the group that subject and preview are taken from, `text` the body without greeting and link.
    """

    key: str
    kind: str
    version: int
    to: tuple[str, ...]
    subject: Text
    preview: Text
    text: Text
    body: Text
    placeholders: frozenset[str]

    @property
    def mandatory(self) -> bool:
        """Tell whether it cannot be muted."""
        return self.kind in _MANDATORY

    @property
    def needs_action(self) -> bool:
        """Tell whether its reader is expected to act."""
        return self.kind in _ACTION


@dataclass(frozen=True)
class RenderedMessage:
    """A message as it is sent; subject and preview are one line each."""

    subject: str
    preview: str
    body: str


@cache
def message_templates() -> Mapping[str, MessageTemplate]:
    """Every message by its key."""
    frames = read_document(__package__, "frames.yaml")
    subjects, layout = frames.node("subjects"), frames.text("layout")
    found: dict[str, MessageTemplate] = {}
    for name in _FILES:
        document = read_document(__package__, f"messages/{name}.yaml")
        for key in document.values:
            if key in found:
                raise ContentError(f"{document.place}.{key}: given in another file too")
            found[key] = _template(key, document.node(key), subjects, layout)
    return found


def render_message(key: str, locale: str, values: Mapping[str, str]) -> RenderedMessage:
    """The message for one reader; raises ContentError naming the placeholders that have no value."""
    template = message_templates()[key]
    _require(template.key, template.placeholders, values)
    body = _compiled(template.body.at(locale)).render(values)
    return RenderedMessage(template.subject.at(locale), template.preview.at(locale), body)


def render_text(key: str, locale: str, values: Mapping[str, str]) -> str:
    """The message without greeting and link, for a page that has both; raises ContentError as `render_message`."""
    template = message_templates()[key]
    _require(template.key, template.placeholders - FRAME_PLACEHOLDERS, values)
    return _compiled(template.text.at(locale)).render(values)


@cache
def calendar_summary() -> Text:
    """The title of the calendar entry, which shared calendars show to others."""
    return read_document(__package__, "frames.yaml").node("calendar").text("summary")


def calendar_description(locale: str, link: str) -> str:
    """The text of the calendar entry: a link, nothing else."""
    description = read_document(__package__, "frames.yaml").node("calendar").text("description")
    return _compiled(description.at(locale)).render(link=link)


def placeholders_of(source: str) -> frozenset[str]:
    """The names a text in Jinja syntax needs; raises ContentError if it is not well formed."""
    try:
        return frozenset(meta.find_undeclared_variables(_JINJA.parse(source)))
    except TemplateSyntaxError as error:
        raise ContentError(f"line {error.lineno}: {error.message}") from error


def _require(key: str, placeholders: frozenset[str], values: Mapping[str, str]) -> None:
    missing = placeholders - set(values)
    if missing:
        raise ContentError(f"{key}: no value for {', '.join(sorted(missing))}")


@cache
def _compiled(source: str) -> Template:
    return _JINJA.from_string(source)


def _template(key: str, node: Node, subjects: Node, layout: Text) -> MessageTemplate:
    kind = node.string("subject")
    subject = subjects.node(kind)
    text = node.text("body")
    body = Text(zh=_laid_out(layout.zh, text.zh), en=_laid_out(layout.en, text.en))
    declared = frozenset(node.strings("placeholders") if node.has("placeholders") else ())
    template = MessageTemplate(
        key=key,
        kind=kind,
        version=node.integer("version", at_least=1),
        to=node.strings("to"),
        subject=subject.text("subject"),
        preview=subject.text("preview"),
        text=text,
        body=body,
        placeholders=declared | FRAME_PLACEHOLDERS,
    )
    node.end()
    _check(node.place, template)
    return template


def _laid_out(layout: str, text: str) -> str:
    return layout.replace("[[ text ]]", text)


def _check(place: str, template: MessageTemplate) -> None:
    unknown = set(template.to) - set(ROLES)
    if unknown:
        raise ContentError(f"{place}.to: unknown {', '.join(sorted(unknown))}")
    for language, body in (("zh-CN", template.body.zh), ("en", template.body.en)):
        differing = placeholders_of(body) ^ template.placeholders
        if differing:
            raise ContentError(f"{place}.body.{language}: not as declared: {', '.join(sorted(differing))}")
