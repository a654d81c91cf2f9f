"""Cases from their files: made, checked, run; and discount factors."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from importlib import resources
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa

from totalplace._api._result import GBP, NUMBER, TEXT, Document, Result, table_of
from totalplace.cases import (
    FORM_SUFFIXES,
    Case,
    CaseResult,
    as_toml,
    case_values,
    discount_factors,
    edition,
    read_case,
)
from totalplace.cases import run_case as evaluate_case
from totalplace.errors import Problem, RequestError

__all__ = [
    "CaseChecked",
    "CaseRun",
    "DiscountFactors",
    "check_case",
    "discount",
    "new_case",
    "run_case",
]

_AMOUNTS = (
    "pv_cost_gbp",
    "pv_benefit_gbp",
    "npv_gbp",
    "npv_p5_gbp",
    "npv_p50_gbp",
    "npv_p95_gbp",
)


class CaseChecked(Result[Case]):
    """What `check_case` gives back: the case; a row a question of a reviewer."""


class CaseRun(Result[CaseResult]):
    """What `run_case` gives back; a row a perspective."""


class DiscountFactors(Result[tuple[float, ...]]):
    """What `discount` gives back; a row a year."""


def new_case(file: Path | str, source: Path | str | None = None) -> CaseChecked:
    """Write a case to begin with, and check it: a commented text, or a workbook to fill in.

    Args:
        file: what to write: a workbook if it ends in ``.xlsx``, else TOML.
        source: a case whose values it is to have, in either form; without, a starter's.

    Raises:
        RequestError: every problem of the source; ``file_exists``, ``cannot_write``, or what is
            wrong with the case where it would stand. Nothing was written.
    """
    path = Path(file)
    if path.suffix.lower() not in {"", ".toml", ".xlsx"}:
        raise RequestError(
            Problem(
                "unknown_suffix",
                "a case is written as .toml or .xlsx",
                str(path),
                f"it ends in {path.suffix!r}",
                "end it in .toml for a text, in .xlsx for a form; a filled form may be saved as "
                ".ods and read",
            )
        )
    if source is None:
        text = (resources.files("totalplace.cases") / "data" / "starter.toml").read_text("utf-8")
        data = tomllib.loads(text)
    else:
        read_case(source)
        data = case_values(source)
        is_form = Path(source).suffix.lower() in FORM_SUFFIXES
        text = as_toml(data) if is_form else Path(source).read_text("utf-8-sig")
    content = text.encode()
    if path.suffix.lower() == ".xlsx":
        from totalplace.reports.cases import form_bytes

        content = form_bytes(data, software=version("totalplace"))
    try:
        with path.open("xb") as opened:
            opened.write(content)
    except FileExistsError as error:
        raise RequestError(
            Problem(
                "file_exists",
                "the file is there already",
                str(path),
                "a case is never overwritten",
                "give another name",
            )
        ) from error
    except OSError as error:
        raise RequestError(
            Problem(
                "cannot_write",
                "the case cannot be written",
                str(path),
                str(error.strerror),
                "give a folder that can be written to",
            )
        ) from error
    try:
        return check_case(path)
    except RequestError:
        # it names files that do not stand beside it here
        path.unlink()
        raise


def check_case(file: Path | str) -> CaseChecked:
    """Read a case: every problem at once, else what a reviewer would ask.

    Raises:
        RequestError: every problem, each with file and line.
    """
    case = read_case(file)
    document: Document = {
        "case": case.id,
        "title": case.title,
        "file": str(file),
        "edition": case.edition.id,
        "activities": len(case.activities),
        "outcomes": len(case.outcomes),
        "numbers": len(case.numbers),
        "uncertain": len(case.uncertain),
        "warnings": [one.as_dict() for one in case.warnings],
    }
    rows = [one.as_dict() for one in case.warnings]
    columns = dict.fromkeys(("code", "what", "where", "why", "fix"), TEXT)
    return CaseChecked(case, document, table_of(rows, columns), f"Questions on {case.title}")


def run_case(
    file: Path | str,
    *,
    draws: int = 10_000,
    seed: int | None = None,
    perspective: str | None = None,
) -> CaseRun:
    """Work out a case: by perspective, with its uncertainty, and what it hangs on.

    Args:
        draws: how often its uncertain numbers are drawn, 1 to 1,000,000.
        seed: of the draws; the case's own without.
        perspective: whose view tornado and switching values are told for: a body, ``local``,
            ``national``, ``exchequer`` or ``society``.

    Raises:
        RequestError: every problem of the file, or ``bad_draws`` or ``unknown_perspective``.
    """
    found = evaluate_case(read_case(file), draws=draws, seed=seed, perspective=perspective)
    rows = [
        {
            "perspective": name,
            "pv_cost_gbp": Decimal(one["pv_cost_gbp"]),
            "pv_benefit_gbp": Decimal(one["pv_benefit_gbp"]),
            "npv_gbp": Decimal(one["npv_gbp"]["point"]),
            **{f"npv_{p}_gbp": Decimal(one["npv_gbp"][p]) for p in ("p5", "p50", "p95")},
        }
        for name, one in found.document["perspectives"].items()
    ]
    table = table_of(rows, {"perspective": TEXT, **dict.fromkeys(_AMOUNTS, GBP)})
    return CaseRun(found, dict(found.document), table, found.case.title)


def discount(
    schedule: str = "standard", *, years: int = 30, release: str | None = None
) -> DiscountFactors:
    """Discount factors of the years 0 to ``years`` inclusive.

    Args:
        schedule: ``standard``, ``health`` or ``low``.
        release: the edition of the guidance; the default one without.

    Raises:
        RequestError: ``unknown_schedule``, ``unknown_edition`` or ``bad_years``.

    >>> round(discount(years=10).document["10"], 6)
    0.708919
    """
    followed = edition(release)
    factors = discount_factors(schedule, years, followed)
    document = {str(year): float(one) for year, one in enumerate(factors)}
    rows = [{"year": year, "factor": float(one)} for year, one in enumerate(factors)]
    return DiscountFactors(
        tuple(float(one) for one in factors),
        document,
        table_of(rows, {"year": NUMBER, "factor": pa.float64()}),
        f"Discount factors, {schedule}, {followed.title}",
    )
