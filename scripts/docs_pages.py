"""Write the generated pages of the documentation, or tell which of them are out of date.

    python scripts/docs_pages.py            # write
    python scripts/docs_pages.py --check    # write nothing; exit code 1 if one is out of date

Each page is a module here with ``PAGE`` (its path in ``docs``) and ``text()``. Everything comes
from the code and its data files, so that a page cannot say what the program does not do.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import docs_api
import docs_case_file
import docs_claims
import docs_errors
import docs_examples
import docs_formats
import docs_glossary
import docs_site
import docs_tables
import docs_unit_costs
import docs_workbench

__all__ = ["DOCS", "MODULES", "main", "pages"]

DOCS = Path(__file__).parent.parent / "docs"
MODULES = (
    docs_api,
    docs_case_file,
    docs_claims,
    docs_errors,
    docs_examples,
    docs_formats,
    docs_glossary,
    docs_site,
    docs_tables,
    docs_unit_costs,
    docs_workbench,
)


def pages() -> dict[str, str]:
    """Path in ``docs`` -> what should stand there."""
    return {module.PAGE: module.text() for module in MODULES}


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, only tell")
    check = parser.parse_args(arguments).check
    stale = 0
    for name, text in pages().items():
        path = DOCS / name
        if path.exists() and path.read_text("utf-8") == text:
            continue
        stale += 1
        print(f"{'out of date' if check else 'written'}: docs/{name}")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    return int(check and stale > 0)


if __name__ == "__main__":
    sys.exit(main())
