"""The descriptor of a Fiscal Data Package: its resources, measures and dimensions, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import PurePosixPath
from typing import Any

from totalplace.errors import FileRefused, Problem
from totalplace.sources._columns import header_key, read_columns

__all__ = ["Attribute", "Dimension", "Measure", "Package", "Resource", "read_package_model"]


@dataclass(frozen=True)
class Resource:
    """A data file.

    Attributes:
        path: in the package, from the descriptor's folder.
        foreign_keys: column -> (resource, its column).
    """

    name: str
    path: str
    foreign_keys: Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Measure:
    """A column of amounts.

    Attributes:
        factor: what each amount is multiplied by, a whole number of pounds.
        side: out or in.
        phase: budget or outturn; None where the package does not say.
    """

    name: str
    resource: str
    column: str
    factor: int
    side: str
    phase: str | None


@dataclass(frozen=True)
class Attribute:
    """Where a value stands: in a column of a resource, or the same for all rows."""

    name: str
    resource: str
    column: str | None
    constant: str | None


@dataclass(frozen=True)
class Dimension:
    """A dimension with its attributes, in the order of the descriptor."""

    name: str
    kind: str
    classification: str
    attributes: tuple[Attribute, ...]

    def pick(self, wanted: str) -> Attribute:
        """The attribute that best names the thing (``name``) or codes it (``id``)."""
        order = read_columns("fdp")["attributes"][wanted]
        keys = {header_key(one.name): one for one in reversed(self.attributes)}
        for name in order:
            if name in keys:
                return keys[name]
        return self.attributes[0]


@dataclass(frozen=True)
class Package:
    """A descriptor.

    Attributes:
        fiscal_period: first and last day as written, or None.
        is_transactional: whether its rows are transactions.
        refusals: why its amounts cannot be used, to be told with what the files show.
    """

    title: str
    resources: Mapping[str, Resource]
    measures: tuple[Measure, ...]
    dimensions: Mapping[str, Dimension]
    fiscal_period: tuple[str, str] | None
    is_transactional: bool
    refusals: tuple[Problem, ...] = ()

    def dimension(self, field: str) -> Dimension | None:
        """The dimension that carries a field of a line."""
        keys = {header_key(name): one for name, one in self.dimensions.items()}
        for name in read_columns("fdp")["dimensions"][field]:
            if name in keys:
                return keys[name]
        kinds = {"date": "datetime", "stream": "activity"}
        for one in self.dimensions.values():
            if one.kind == kinds.get(field) or (
                field == "function" and one.classification == "functional"
            ):
                return one
        return None


class _Faults:
    """What is wrong with a descriptor; all of it is told at once."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.problems: list[Problem] = []

    def add(
        self, at: str, what: str, why: str, *, code: str = "bad_package", fix: str = ""
    ) -> None:
        told = fix or "correct datapackage.json, then add the package again"
        self.problems.append(Problem(code, what, f"{self.where}, {at}", why, told))


def read_package_model(content: Any, *, where: str) -> Package:
    """Check a descriptor; numbers in it are texts.

    Raises:
        FileRefused: it is no Fiscal Data Package 0.3; all at once.
    """
    faults = _Faults(where)
    descriptor = content if isinstance(content, dict) else {}
    model = descriptor.get("model")
    if not isinstance(model, dict):
        faults.add(
            "model",
            "the package has no model that maps its columns",
            "version 0.3 of the Fiscal Data Package has one; older and newer versions do not",
        )
        raise FileRefused(faults.problems)
    resources = _resources(descriptor, faults)
    first = next(iter(resources), "")
    measures = _measures(model, first, faults)
    dimensions = _dimensions(model, first, faults)
    for at, resource in [
        *((f"measure {one.name}", one.resource) for one in measures),
        *(
            (f"dimension {one.name}", attribute.resource)
            for one in dimensions.values()
            for attribute in one.attributes
        ),
    ]:
        if resource not in resources:
            faults.add(at, "a resource is named that the package does not have", repr(resource))
    refusals = tuple(one for one in faults.problems if one.code == "other_currency")
    if len(refusals) < len(faults.problems):
        raise FileRefused(faults.problems)
    period = descriptor.get("fiscalPeriod")
    return Package(
        title=str(descriptor.get("title") or descriptor.get("name") or "package"),
        resources=resources,
        measures=measures,
        dimensions=dimensions,
        fiscal_period=(str(period["start"]), str(period["end"]))
        if isinstance(period, dict) and {"start", "end"} <= period.keys()
        else None,
        is_transactional=descriptor.get("granularity") in {"transaction", "transactional"},
        refusals=refusals,
    )


def _resources(descriptor: Mapping[str, Any], faults: _Faults) -> dict[str, Resource]:
    found: dict[str, Resource] = {}
    rows = descriptor.get("resources")
    for number, row in enumerate(rows if isinstance(rows, list) else [], start=1):
        path = row.get("path") if isinstance(row, dict) else None
        at = f"resource {number}"
        if not isinstance(path, str):
            faults.add(at, "the resource has no path", "its data have to be a file of the package")
            continue
        parts = PurePosixPath(path).parts
        if "://" in path or path.startswith("/") or ".." in parts:
            faults.add(at, "the resource lies outside the package", path, code="unsafe_path")
            continue
        found[str(row.get("name") or path)] = Resource(
            str(row.get("name") or path), path, _foreign_keys(row)
        )
    if not found and not faults.problems:
        faults.add("resources", "the package has no data", "no resource with a path is listed")
    return found


def _foreign_keys(row: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    keys = row.get("foreignKeys") or (row.get("schema") or {}).get("foreignKeys") or []
    found = {}
    for key in keys if isinstance(keys, list) else []:
        reference = key.get("reference", {}) if isinstance(key, dict) else {}
        fields, others = key.get("fields"), reference.get("fields")
        one = fields[0] if isinstance(fields, list) and fields else fields
        other = others[0] if isinstance(others, list) and others else others
        if isinstance(one, str) and isinstance(other, str):
            found[one] = (str(reference.get("resource", "")), other)
    return found


def _measures(model: Mapping[str, Any], first: str, faults: _Faults) -> tuple[Measure, ...]:
    facts = read_columns("fdp")
    found = []
    rows = model.get("measures")
    for name, row in (rows if isinstance(rows, dict) else {}).items():
        at = f"measure {name}"
        if not isinstance(row, dict) or not isinstance(row.get("source"), str):
            faults.add(at, "the measure names no column", "it has no source")
            continue
        currency = str(row.get("currency", ""))
        if currency.upper() != facts["currency"]:
            faults.add(
                at,
                f"the amounts are in {currency or 'no stated currency'}",
                f"a place is counted in {facts['currency']}, and no rate of exchange is assumed",
                code="other_currency",
                fix="convert the amounts at a cited rate and state it, then add the package",
            )
        direction, phase = row.get("direction"), row.get("phase")
        if direction is not None and direction not in facts["directions"]:
            faults.add(at, "an unknown direction", f"{direction!r}")
        if phase is not None and phase not in facts["phases"]:
            faults.add(at, "an unknown phase", f"{phase!r}")
        found.append(
            Measure(
                name=name,
                resource=str(row.get("resource") or first),
                column=row["source"],
                factor=_factor(row.get("factor", "1"), at, faults),
                side=facts["directions"].get(direction, "out"),
                phase=facts["phases"].get(phase),
            )
        )
    if not found and not faults.problems:
        faults.add("model", "the model has no measure", "at least one column of amounts is needed")
    return tuple(found)


def _factor(text: Any, at: str, faults: _Faults) -> int:
    try:
        factor = Decimal(str(text))
    except InvalidOperation:
        factor = Decimal(0)
    if factor < 1 or factor != factor.to_integral_value():
        faults.add(at, "the factor is no whole number", f"{text!r}")
        return 1
    return int(factor)


def _dimensions(model: Mapping[str, Any], first: str, faults: _Faults) -> dict[str, Dimension]:
    found = {}
    rows = model.get("dimensions")
    for name, row in (rows if isinstance(rows, dict) else {}).items():
        attributes = row.get("attributes") if isinstance(row, dict) else None
        if not isinstance(attributes, dict) or not attributes:
            faults.add(f"dimension {name}", "the dimension has no attribute", "it says nothing")
            continue
        found[name] = Dimension(
            name=name,
            kind=str(row.get("dimensionType", "")),
            classification=str(row.get("classificationType", "")),
            attributes=tuple(_attributes(name, attributes, first, faults)),
        )
    return found


def _attributes(
    dimension: str, rows: Mapping[str, Any], first: str, faults: _Faults
) -> Sequence[Attribute]:
    found = []
    for name, row in rows.items():
        source = row.get("source") if isinstance(row, dict) else None
        constant = row.get("constant") if isinstance(row, dict) else None
        if source is None and constant is None:
            faults.add(f"dimension {dimension}", f"its attribute {name!r} has no source", "")
        resource = str(row.get("resource") or first) if isinstance(row, dict) else first
        found.append(
            Attribute(
                name,
                resource,
                None if source is None else str(source),
                None if constant is None else str(constant),
            )
        )
    return found
