"""A case written as a workbook with live formulas, as a business case, or as its register."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from totalplace._api._result import NUMBER, TEXT, Result, table_of
from totalplace.cases import CaseResult, read_case
from totalplace.cases import run_case as evaluate_case
from totalplace.errors import Problem, RequestError
from totalplace.reports import write_bytes
from totalplace.reports.cases import case_bytes, case_problems

__all__ = ["CaseExport", "CaseExported", "export_case"]


@dataclass(frozen=True)
class CaseExported:
    """A file that was written, and the run that it is of."""

    path: Path
    run: CaseResult
    size_bytes: int


class CaseExport(Result[CaseExported]):
    """What `export_case` gives back; one row."""


def export_case(
    file: Path | str,
    out: Path | str,
    *,
    draws: int = 10_000,
    seed: int | None = None,
    perspective: str | None = None,
) -> CaseExport:
    """Work a case out, and write it as a file; what stood there before is replaced.

    The same case, edition, version, draws and seed give the same bytes.

    Args:
        out: ends in ``.xlsx`` (the case with live formulas), ``.docx``, ``.pdf`` or ``.html`` (the
            written business case), or ``.csv`` (the register of assumptions).
        draws: how often uncertain numbers are drawn, 1 to 1,000,000.
        seed: of the draws; the case's own without.
        perspective: whose view tornado and switching values are told for.

    Raises:
        RequestError: every problem of the case file or of the name of the file to write.
    """
    path = Path(out)
    if problems := case_problems(path):
        raise RequestError(problems)
    case = read_case(file)
    if path.resolve() in {one.resolve() for one in case.files}:
        raise RequestError(
            Problem(
                "would_overwrite_the_case",
                "the export would stand in the place of the case itself",
                f"-o {out}",
                "it is the file of the case, or one that it names",
                "give another name",
            )
        )
    run = evaluate_case(case, draws=draws, seed=seed, perspective=perspective)
    content = case_bytes(run, path.suffix.lower(), software=version("totalplace"))
    write_bytes(path, content)
    document = {
        "case": run.case.id,
        "title": run.case.title,
        "path": str(path),
        "format": path.suffix.lower()[1:],
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "draws": run.draws,
        "seed": run.seed,
        "run_hash": run.run_hash,
        "npv_gbp": run.document["perspectives"]["society"]["npv_gbp"]["point"],
    }
    texts = ("case", "title", "path", "format", "sha256", "run_hash", "npv_gbp")
    columns = {name: TEXT if name in texts else NUMBER for name in document}
    return CaseExport(
        CaseExported(path, run, len(content)),
        document,
        table_of([document], columns),
        f"{run.case.title}: exported",
    )
