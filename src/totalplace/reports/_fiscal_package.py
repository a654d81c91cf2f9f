"""A count as a Fiscal Data Package 0.3: a descriptor and one CSV file of money."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from totalplace.errors import Problem, RequestError
from totalplace.reports._files import harmless

__all__ = ["FiscalPackage", "package_problems", "write_fiscal_package"]

DATA = "data/money.csv"
_FIELDS = {
    "financial_year": ("string", "financial year, April to March"),
    "body_id": ("string", "identifier of the body whose spending it is"),
    "body": ("string", "name of the body"),
    "function": ("string", "code of COFOG 1999; empty where it is not known"),
    "function_name": ("string", "name of the function"),
    "nature": ("string", "own, transfer, purchase, benefit or payroll"),
    "cap_rev": ("string", "cap (capital) or cur (revenue)"),
    "stream_id": ("string", "identifier of the named stream, if any"),
    "stream": ("string", "name of the stream"),
    "step": ("string", "gross, or eliminated: paid to another counted body, with a minus"),
    "amount": ("number", "pounds; gross and eliminated together sum to net"),
}


@dataclass(frozen=True)
class FiscalPackage:
    """What goes into a package.

    Attributes:
        name: a short name for addresses.
        title, description: for people.
        period: first and last day, ISO.
        licence: of the data, as the user states it.
        sources: title and SHA-256 of every file that the count read.
        version: of the package: the snapshot.
        rows: rows of the fields of the CSV, amounts as exact text.
    """

    name: str
    title: str
    description: str
    period: tuple[str, str]
    licence: str
    sources: Sequence[Mapping[str, str]]
    version: str
    rows: Sequence[Mapping[str, str]]


def package_problems(folder: Path) -> list[Problem]:
    """What stands in the way of writing a package into a folder."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        why, fix = (
            "something is there already",
            "give a folder that does not exist, or an empty one",
        )
    elif not folder.absolute().parent.is_dir():
        why, fix = "the folder it would stand in does not exist", "make that folder first"
    else:
        return []
    return [
        Problem("not_writable", "the package cannot be written there", f"--fdp {folder}", why, fix)
    ]


def write_fiscal_package(package: FiscalPackage, folder: Path) -> None:
    """Write datapackage.json, data/money.csv and README.md, all of them or none.

    Raises:
        RequestError: the folder holds something already, or cannot be written.
    """
    if problems := package_problems(folder):
        raise RequestError(problems)
    data = _csv(package.rows)
    content = {
        "datapackage.json": json.dumps(
            _descriptor(package, data), ensure_ascii=False, indent=2
        ).encode()
        + b"\n",
        DATA: data,
        "README.md": f"# {package.title}\n\n{package.description}\n".encode(),
    }
    staged = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.tmp")
    try:
        for name, file in content.items():
            (staged / name).parent.mkdir(parents=True, exist_ok=True)
            (staged / name).write_bytes(file)
        if folder.exists():
            folder.rmdir()
        staged.replace(folder)
    except OSError as error:
        shutil.rmtree(staged, ignore_errors=True)
        raise RequestError(
            Problem(
                "not_writable",
                "the package cannot be written there",
                f"--fdp {folder}",
                error.strerror or str(error),
                "give a folder that you may write, on a disk with room for it",
            )
        ) from error
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise


def _csv(rows: Sequence[Mapping[str, str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_FIELDS)
    for row in rows:
        writer.writerow(row[name] if name == "amount" else harmless(row[name]) for name in _FIELDS)
    return text.getvalue().encode()


def _descriptor(package: FiscalPackage, data: bytes) -> dict[str, Any]:
    return {
        "name": package.name,
        "title": package.title,
        "description": package.description,
        "version": package.version,
        "license": package.licence,
        "countryCode": "GB",
        "profiles": {"fiscal": "*", "tabular": "*"},
        "granularity": "aggregated",
        "fiscalPeriod": {"start": package.period[0], "end": package.period[1]},
        "sources": [dict(source) for source in package.sources],
        "resources": [
            {
                "name": "money",
                "title": "Public money by body, function, nature and stream",
                "path": DATA,
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": len(data),
                "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
                "schema": {
                    "fields": [
                        {"name": name, "type": kind, "description": doc}
                        for name, (kind, doc) in _FIELDS.items()
                    ],
                    "primaryKey": [name for name in _FIELDS if name != "amount"],
                },
            }
        ],
        "model": _model(),
    }


def _model() -> dict[str, Any]:
    return {
        "measures": {
            "amount": {
                "source": "amount",
                "currency": "GBP",
                "factor": 1,
                "direction": "expenditure",
                "phase": "executed",
                "resource": "money",
            }
        },
        "dimensions": {
            "date": _dimension("datetime", year="financial_year"),
            "payer": _dimension("entity", id="body_id", title="body"),
            "cofog": _dimension(
                "classification", "functional", code="function", title="function_name"
            ),
            "stream": _dimension("activity", id="stream_id", title="stream"),
            "nature": _dimension("classification", "economic", code="nature"),
            "cap_rev": _dimension("classification", "economic", code="cap_rev"),
            "step": _dimension("other", id="step"),
        },
    }


def _dimension(kind: str, classification: str = "", /, **columns: str) -> dict[str, Any]:
    first = next(iter(columns))
    attributes: dict[str, dict[str, str]] = {
        name: {"source": column, "resource": "money"} for name, column in columns.items()
    }
    if "title" in attributes and first != "title":
        attributes["title"]["labelfor"] = first
    found: dict[str, Any] = {"dimensionType": kind, "attributes": attributes, "primaryKey": first}
    if classification:
        found["classificationType"] = classification
    return found
