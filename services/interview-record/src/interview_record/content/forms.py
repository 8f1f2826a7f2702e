"""The four forms: which sections and fields they have, who fills each, and what is shown in a light process."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from common.content import ContentError, Node, Text, read_document

FORMS = ("data_sheet", "agenda", "improvement_plan", "effect_evaluation")
FILLED_BY = ("system", "manager", "employee", "both", "hrbp")
KINDS = (
    *("text", "long_text", "number", "percent", "minutes", "score", "choice", "list", "series", "diff"),
    *("date", "datetime", "period", "person", "people", "reference", "files", "signature"),
)


@dataclass(frozen=True)
class FormField:
    """One entry of a form; `counts_as` says what a score measures: content or preparation."""

    id: str
    label: Text
    help: Text
    kind: str
    filled_by: str
    required: bool
    counts_as: str | None


@dataclass(frozen=True)
class FormSection:
    """A part of a form; `detail` is the least detail at which it is shown, `shortfalls` being shown always."""

    id: str
    title: Text
    detail: str
    repeats: bool
    fields: tuple[FormField, ...]


@dataclass(frozen=True)
class Form:
    """A form as both languages see it."""

    id: str
    version: int
    name: Text
    purpose: Text
    sections: tuple[FormSection, ...]

    def section(self, section_id: str) -> FormSection:
        """The section of that id; raises KeyError."""
        return {section.id: section for section in self.sections}[section_id]

    def at_detail(self, detail: str) -> tuple[FormSection, ...]:
        """The sections shown when the playbook asks for `complete` or `shortfalls`."""
        return tuple(section for section in self.sections if detail == "complete" or section.detail == "shortfalls")


@cache
def forms() -> Mapping[str, Form]:
    """The four forms by id."""
    found = {}
    for form_id in FORMS:
        node = read_document(__package__, f"forms/{form_id}.yaml")
        if node.string("id") != form_id:
            raise ContentError(f"{node.place}: holds another form")
        found[form_id] = _form(node)
    return found


def score_fields(filled_by: str, counts_as: str) -> tuple[str, ...]:
    """The ids of the scores that the employee or the manager gives on content or on preparation."""
    fields = forms()["effect_evaluation"].section(filled_by).fields
    return tuple(field.id for field in fields if field.counts_as == counts_as)


def _form(node: Node) -> Form:
    form = Form(
        id=node.string("id"),
        version=node.integer("version", at_least=1),
        name=node.text("name"),
        purpose=node.text("purpose"),
        sections=tuple(_section(section) for section in node.nodes("sections")),
    )
    node.end()
    _refuse_doubles(node.place, [section.id for section in form.sections])
    return form


def _section(node: Node) -> FormSection:
    section = FormSection(
        id=node.string("id"),
        title=node.text("title"),
        detail=node.choice("detail", ("complete", "shortfalls")),
        repeats=node.boolean("repeats") if node.has("repeats") else False,
        fields=tuple(_field(field) for field in node.nodes("fields")),
    )
    node.end()
    _refuse_doubles(node.place, [field.id for field in section.fields])
    return section


def _field(node: Node) -> FormField:
    kind = node.choice("kind", KINDS)
    field = FormField(
        id=node.string("id"),
        label=node.text("label"),
        help=node.text("help"),
        kind=kind,
        filled_by=node.choice("filled_by", FILLED_BY),
        required=node.boolean("required"),
        counts_as=node.choice("counts_as", ("content", "preparation")) if kind == "score" else None,
    )
    node.end()
    return field


def _refuse_doubles(place: str, ids: list[str]) -> None:
    if len(set(ids)) < len(ids):
        raise ContentError(f"{place}: an id is given twice")
