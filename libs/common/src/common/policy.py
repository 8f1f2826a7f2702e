"""Who may do what, from one table per service: a check for one case and the same rule as an SQL condition.

`<package>/policy.yaml`:

    relations:                    # how a person stands to a case: the fact that holds the person or persons
      employee: employee_id
      past_manager: past_manager_ids
    roles: {hrbp: unit, hr_admin: tenant}   # a unit role counts in the case's units, a tenant role everywhere
    units: unit_path              # the fact that holds the case's unit and all above it
    own: [employee]               # in a case of their own nobody acts by role
    actions:
      interview.read:
        fields: [facts, texts]    # the parts of a reply, where not every holder sees all
        may: {employee: all, past_manager: [facts], hrbp: all}
      interview.start: {may: [employee]}

Holders are relations, roles, `everyone` (any person of the tenant), `scope:<name>` (a machine with that
scope) and `service:<name>`. An action `x.do` hides its case from those who may not `x.read` it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal
from uuid import UUID

import yaml
from sqlalchemy import ARRAY, ColumnElement, Uuid, and_, cast, false, func, not_, or_, true
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import InstrumentedAttribute

from common.errors import Forbidden, NotFound
from common.identity import Identity

EVERYONE = "everyone"
READ = "read"

Scope = Literal["unit", "tenant"]
Fact = UUID | Collection[UUID] | None
Column = ColumnElement[Any] | InstrumentedAttribute[Any]


class Case:
    """The facts of one case that decide who may act in it, under the names that the policy uses.

    One person is a UUID, several are a collection; the unit path is the case's unit and all above it.
    """

    def __init__(self, **facts: Fact) -> None:
        self._facts = facts

    def holds(self, fact: str, ids: Collection[UUID | None]) -> bool:
        """Tell whether the fact names one of the ids."""
        value = self._facts.get(fact)
        found = [value] if value is None or isinstance(value, UUID) else value
        return any(one is not None and one in ids for one in found)

    def knows(self, fact: str) -> bool:
        """Tell whether the fact was given, even as None."""
        return fact in self._facts


class Columns:
    """The same facts as SQL: a uuid column for one person, a uuid[] column or expression for several."""

    def __init__(self, **columns: Column) -> None:
        self._columns = columns

    def holds(self, fact: str, ids: Collection[UUID]) -> ColumnElement[bool]:
        """Return the condition that the fact names one of the ids; null where the row has none."""
        column = self._columns.get(fact)
        if column is None or not ids:
            return false()
        if isinstance(column.type, ARRAY | postgresql.ARRAY):
            wanted = cast(postgresql.array(list(ids), type_=Uuid), postgresql.ARRAY(Uuid))
            return column.bool_op("&&")(wanted)
        return column.in_(list(ids)) if len(ids) > 1 else column == next(iter(ids))

    def knows(self, fact: str) -> bool:
        """Tell whether there is a column for the fact."""
        return fact in self._columns


@dataclass(frozen=True)
class Action:
    """One row of the table: who holds it, and which parts of the reply each of them sees."""

    name: str
    fields: frozenset[str]
    may: Mapping[str, frozenset[str]]

    @property
    def resource(self) -> str:
        """Return what the action is about: all before its last dot."""
        return self.name.rpartition(".")[0]


class Policy:
    """A service's table of actions; unknown actions are programming errors, unknown callers see nothing."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._relations: dict[str, str] = dict(table.get("relations", {}))
        self._roles: dict[str, Scope] = dict(table.get("roles", {}))
        self._units: str = table.get("units", "unit_path")
        self._own: tuple[str, ...] = tuple(self._relations[name] for name in table.get("own", []))
        self.actions = {name: self._action(name, row) for name, row in table["actions"].items()}

    @classmethod
    def load(cls, package: str) -> "Policy":
        """Read `policy.yaml` of the package; raise ValueError for a row that names an unknown holder or field."""
        return cls(yaml.safe_load(files(package).joinpath("policy.yaml").read_text("utf-8")))

    def can(self, identity: Identity, action: str, case: Case | None = None) -> bool:
        """Tell whether the caller may do this in the case; without a case, whether they may do it at all."""
        return any(self._holds(identity, holder, case) for holder in self.actions[action].may)

    def require(self, identity: Identity, action: str, case: Case | None = None, *, id: object = "") -> None:
        """Raise Forbidden if the caller may not, or NotFound if they may not even know that the case exists."""
        if self.can(identity, action, case):
            return
        row = self.actions[action]
        reading = f"{row.resource}.{READ}"
        if case is not None and reading in self.actions and not self.can(identity, reading, case):
            raise NotFound(resource=row.resource, id=id)
        raise Forbidden(action=action)

    def visible_fields(self, identity: Identity, action: str, case: Case | None = None) -> frozenset[str]:
        """Return the parts of the reply that the caller may see: the union over all they hold."""
        may = self.actions[action].may
        return frozenset().union(*(seen for holder, seen in may.items() if self._holds(identity, holder, case)))

    def predicate(self, identity: Identity, action: str, columns: Columns, *, field: str = "") -> ColumnElement[bool]:
        """Return the condition for exactly the rows in which `can` is true, or in which `field` is visible.

        For WHERE only: a row without a fact may give null instead of false.
        """
        holders = [name for name, seen in self.actions[action].may.items() if not field or field in seen]
        by_role = or_(false(), *(self._role_rows(identity, name, columns) for name in holders if name in self._roles))
        others = (self._rows(identity, name, columns) for name in holders if name not in self._roles)
        return or_(false(), *others, and_(by_role, *self._not_own(identity, columns)))

    def _holds(self, identity: Identity, holder: str, case: Case | None) -> bool:
        if holder in self._relations:
            me = _person(identity)
            return case is not None and me is not None and case.holds(self._relations[holder], {me})
        if holder in self._roles:
            return self._holds_role(identity, holder, case)
        return _is(identity, holder)

    def _holds_role(self, identity: Identity, role: str, case: Case | None) -> bool:
        units = identity.units(role)
        if case is None or not units:
            return bool(units)
        self._demand_own(case)
        me = _person(identity)
        if me is not None and any(case.holds(fact, {me}) for fact in self._own):
            return False
        return self._everywhere(role, units) or case.holds(self._units, units - {None})

    def _rows(self, identity: Identity, holder: str, columns: Columns) -> ColumnElement[bool]:
        if holder in self._relations:
            me = _person(identity)
            return false() if me is None else columns.holds(self._relations[holder], {me})
        return true() if _is(identity, holder) else false()

    def _role_rows(self, identity: Identity, role: str, columns: Columns) -> ColumnElement[bool]:
        units = identity.units(role)
        if self._everywhere(role, units):
            return true()
        return columns.holds(self._units, {unit for unit in units if unit is not None})

    def _everywhere(self, role: str, units: Collection[UUID | None]) -> bool:
        return None in units or (self._roles[role] == "tenant" and bool(units))

    def _not_own(self, identity: Identity, columns: Columns) -> Iterator[ColumnElement[bool]]:
        me = _person(identity)
        if me is None or not any(identity.has_role(role) for role in self._roles):
            return
        self._demand_own(columns)
        for fact in self._own:
            # A case without a manager is nobody's own: null must not hide it from every role.
            yield not_(func.coalesce(columns.holds(fact, {me}), false()))

    def _demand_own(self, facts: Case | Columns) -> None:
        if missing := [fact for fact in self._own if not facts.knows(fact)]:
            raise TypeError(f"a case needs {', '.join(missing)} before a role may count in it")

    def _action(self, name: str, row: Mapping[str, Any]) -> Action:
        fields = frozenset(row.get("fields", []))
        may: dict[str, Sequence[str] | Literal["all"]] = (
            row["may"] if isinstance(row["may"], dict) else dict.fromkeys(row["may"], "all")
        )
        seen = {holder: fields if given == "all" else frozenset(given) for holder, given in may.items()}
        for holder, given in seen.items():
            known = holder in self._relations or holder in self._roles or holder == EVERYONE
            if not known and not holder.startswith(("scope:", "service:")):
                raise ValueError(f"{name}: {holder} is no relation and no role")
            if not given <= fields:
                raise ValueError(f"{name}: {holder} is given unknown fields {sorted(given - fields)}")
        return Action(name, fields, seen)


def _person(identity: Identity) -> UUID | None:
    return identity.person_id if identity.kind == "person" else None


def _is(identity: Identity, holder: str) -> bool:
    kind, _, name = holder.partition(":")
    if kind == "scope":
        return identity.kind == "machine" and name in identity.scopes
    if kind == "service":
        return identity.kind == "service" and identity.subject == holder
    return holder == EVERYONE and identity.kind == "person"
