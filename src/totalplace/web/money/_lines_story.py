"""One line told in full: what it says, what for, its part in the count, and where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _

from totalplace.disclosure import SUMMED_NAMES, Publication
from totalplace.money import format_gbp
from totalplace.web.data._sources import source_href
from totalplace.web.money._lines_rows import payee_words, source_of
from totalplace.web.money._lines_words import (
    code_words,
    derivation_words,
    nature_meaning,
    role_meaning,
    rule_words,
)
from totalplace.web.money._origins import part_href
from totalplace.web.money._splits import value_words

__all__ = ["Fact", "Section", "sections_of"]


@dataclass(frozen=True)
class Fact:
    """One thing that is known: its label, its value, where that leads, and what it means."""

    label: str
    value: str
    href: str = ""
    note: str = ""
    is_code: bool = False


@dataclass(frozen=True)
class Section:
    """Facts under a heading."""

    name: str
    heading: str
    facts: tuple[Fact, ...]


def sections_of(one: Publication, line: Mapping[str, Any], at: int | None) -> list[Section]:
    """A line in sections; what it does not say is left out."""
    found = [
        Section("line", _("The line"), _said(one, line, at)),
        Section("for", _("What it is for"), _purpose(one, line, at)),
        Section("part", _("Its part in the count"), _part(one, line, at)),
        Section("source", _("Where it came from"), _source(one, line, at)),
    ]
    return [
        Section(one.name, one.heading, tuple(fact for fact in one.facts if fact.value))
        for one in found
    ]


def _said(one: Publication, line: Mapping[str, Any], at: int | None) -> tuple[Fact, ...]:
    year = line["year"]
    is_range = line["low_pence"] != line["high_pence"]
    limits = {"low": format_gbp(line["low_pence"]), "high": format_gbp(line["high_pence"])}
    other = line["counterparty_id"]
    payee = "" if line["payee_kind"] == "none" else payee_words(line)
    alike = ""
    if payee and line["payee_kind"] not in SUMMED_NAMES:
        alike = f"/money/lines/?{urlencode({'payee': payee[:100], **_at(at)})}"
    return (
        Fact(
            _("Amount"),
            format_gbp(line["amount_pence"]),
            note=_("between %(low)s and %(high)s") % limits if is_range else "",
        ),
        Fact(
            code_words(one, "side", line["side"]),
            code_words(one, "body_id", line["body_id"]),
            part_href(one, "body", line["body_id"], year, at=at),
        ),
        Fact(
            _("Payer") if line["side"] == "in" else _("Payee"),
            payee,
            alike,
            code_words(one, "payee_kind", line["payee_kind"]),
        ),
        Fact(
            _("Known body at the other end"),
            code_words(one, "counterparty_id", other),
            part_href(one, "body", other, year, at=at, column="counterparty") if other else "",
        ),
        Fact(_("Lines in this sum"), f"{line['lines']:,}" if line["lines"] > 1 else ""),
        Fact(_("Date of payment"), _day(line["payment_date"])),
        Fact(_("Period"), _period(line)),
        Fact(_("Financial year"), line["year"]),
        Fact(_("What its source calls it"), line["label"] or ""),
        Fact(_("Unit of the payer"), line["unit_text"] or ""),
        Fact(_("What the payer says it is for"), line["expense_text"] or ""),
    )


def _purpose(one: Publication, line: Mapping[str, Any], at: int | None) -> tuple[Fact, ...]:
    code = line["function"]
    return (
        Fact(
            _("Function"),
            code_words(one, "function", code) or _("Not classified"),
            part_href(one, "function", code, line["year"], at=at) if code else "",
        ),
        Fact(
            _("How that was found"),
            value_words(one, "route", line["class_route"]) if line["class_route"] else "",
        ),
    )


def _part(one: Publication, line: Mapping[str, Any], at: int | None) -> tuple[Fact, ...]:
    rule, why = rule_words(line["rule"])
    stream, match = line["stream_id"], line["match_id"]
    return (
        Fact(
            _("Part in the count"),
            code_words(one, "role", line["role"]),
            note=role_meaning(line["role"]),
        ),
        Fact(
            _("Nature"),
            code_words(one, "nature", line["nature"]),
            note=nature_meaning(line["nature"]),
        ),
        Fact(
            _("As a payment between bodies"),
            rule,
            f"/money/transfers/?{urlencode({'year': line['year'], **_at(at)})}",
            why,
        ),
        Fact(
            _("Evidence from both sides"),
            match or "",
            f"/money/transfers/{quote(match, safe='')}/{_query(at)}" if match else "",
            is_code=True,
        ),
        Fact(
            _("Stream"),
            code_words(one, "stream_id", stream),
            part_href(one, "stream", stream, line["year"], at=at) if stream else "",
        ),
        Fact(_("Capital or revenue"), code_words(one, "cap_rev", line["cap_rev"])),
        Fact(_("Who decides"), code_words(one, "control", line["control"])),
        Fact(_("How well its place is known"), code_words(one, "grade", line["grade"])),
        Fact(_("How the amount was found"), derivation_words(line["derivation"])),
    )


def _source(one: Publication, line: Mapping[str, Any], at: int | None) -> tuple[Fact, ...]:
    source = source_of(one, line["source_no"])
    if source is None:
        return (
            Fact(
                _("Source"),
                _("Several files"),
                note=_("the lines of this sum stand in more than one file"),
            ),
        )
    return (
        Fact(_("Source"), source["title"], source_href(source, _query(at))),
        Fact(_("File"), source["file_name"] or ""),
        Fact(_("Publisher"), source["publisher"] or ""),
        Fact(
            _("Licence"),
            source["licence"] or "",
            source["licence_url"] or "",
            source["attribution"] or "",
        ),
        Fact(_("Received"), _day(source["received"])),
        Fact(_("SHA-256 of the file"), source["sha256"], is_code=True),
        Fact(_("Row"), "" if line["row_no"] is None else f"{line['row_no']:,}"),
        Fact(_("Column"), f"{line['column_no']:,}" if line["column_no"] else ""),
        Fact(_("Line of this site"), line["line_id"], is_code=True),
    )


def _at(at: int | None) -> dict[str, int]:
    return {} if at is None else {"at": at}


def _query(at: int | None) -> str:
    return "" if at is None else f"?at={at}"


def _day(day: date | None) -> str:
    return "" if day is None else f"{day.day} {day:%B %Y}"


def _period(line: Mapping[str, Any]) -> str:
    first, last = line["period_start"], line["period_end"]
    if first is None or first == last == line["payment_date"]:
        return ""
    return _day(first) if first == last else f"{_day(first)} – {_day(last)}"
