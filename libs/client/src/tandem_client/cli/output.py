"""What the command line prints: tables for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tandem_client.cli.session import Session
from tandem_client.cli.words import word

Item = Mapping[str, Any]
_STYLES = {
    "met": "green",
    "late": "yellow",
    "overdue": "red",
    "missed": "red",
    "achieved": "green",
    "not_achieved": "red",
    "high": "bold",
}
# A pipe has no width; tables there are not to break.
_PIPE_WIDTH = 200


def console(*, errors: bool = False) -> Console:
    """Return where to print."""
    made = Console(stderr=errors, highlight=False, soft_wrap=True)
    if not made.is_terminal:
        made.width = _PIPE_WIDTH
    return made


@dataclass(frozen=True)
class Column:
    """A column: its title and what stands in it for an item; a path (`manager.name`) or a function."""

    title: str
    of: str | Callable[[Item], object]
    moment: bool = False

    def value(self, item: Item) -> object:
        """Return what the item has there."""
        if callable(self.of):
            return self.of(item)
        found: object = item
        for step in self.of.split("."):
            found = found.get(step) if isinstance(found, Mapping) else None
        return found


def show_list(session: Session, items: Iterable[Item], columns: Sequence[Column], title: str = "") -> None:
    """Print a list as a table, or as a JSON array."""
    listed = list(items)
    if session.as_json:
        print_json(listed)
        return
    table = Table(title=title or None, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column.title, overflow="fold")
    for item in listed:
        table.add_row(*(_cell(session, column, item) for column in columns))
    console().print(table)


def show(session: Session, item: Item, columns: Sequence[Column]) -> None:
    """Print one thing, a line per trait; traits without a value are left out."""
    if session.as_json:
        print_json(item)
        return
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for column in columns:
        if column.value(item) not in (None, "", [], {}):
            table.add_row(column.title, _cell(session, column, item))
    console().print(table)


def done(session: Session, text: str, item: Item | None = None) -> None:
    """Print that something was done, or as JSON what it made."""
    if session.as_json:
        print_json(item if item is not None else {})
    else:
        console().print(f"[green]✓[/green] {escape(text)}")


def print_json(value: object) -> None:
    """Print JSON, readable and unescaped."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def local_time(session: Session, text: str | None) -> str:
    """Return a moment of the API in the caller's time zone, or nothing."""
    if not text:
        return ""
    moment = datetime.fromisoformat(text).astimezone(session.zone)
    return moment.strftime("%Y-%m-%d %H:%M" if moment.second == 0 else "%Y-%m-%d %H:%M:%S")


def _cell(session: Session, column: Column, item: Item) -> str:
    value = column.value(item)
    if value is None:
        return ""
    if column.moment:
        return local_time(session, str(value))
    if isinstance(value, bool):
        return "✓" if value else ""
    if isinstance(value, list | tuple):
        return escape(", ".join(word(each) for each in value))
    text = escape(word(value))
    return f"[{style}]{text}[/{style}]" if (style := _STYLES.get(str(value))) else text
