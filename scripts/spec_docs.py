"""Write the page of worked examples from the spec tables, or tell that it is out of date.

    python scripts/spec_docs.py            # write
    python scripts/spec_docs.py --check    # write nothing; exit code 1 if it is out of date

The tables in ``tests/spec`` are what the tests read, so the page cannot say what the count
does not do.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

__all__ = ["PAGE", "main", "text"]

ROOT = Path(__file__).parent.parent
TABLES = ROOT / "tests" / "spec" / "tables"
PAGE = "reference/worked-examples.md"

_INTRO = """\
<!-- Made by `python scripts/spec_docs.py` from the tables in tests/spec: change those, then run it
again. -->

# Worked examples

Each rule in a few pounds. Every table on this page runs as a test, those of a count on each engine
and on a reference in plain Python, and must come out to the penny; the arithmetic in the last
column is worked out too.

How to read those of a count:

- *Areas* gives the people by whom spending of wider areas is shared. Without it there is one place
  and everybody is in it.
- *Bodies* says whether a body's own spending is counted (yes unless said), what its lines are net
  of (nothing unless said) and where they come from (its own return unless said; `ro` is the revenue
  outturn, `cra` the regional analysis).
- *Lines* are what was published. What a body pays is its own spending, and what it receives is
  funding, unless a nature or role says otherwise. A receipt that names no counted body comes from
  outside.
- *Decisions* are what a person said of transfers: payer, payee and stream, and what is decided.
- *Expected* gives the figures: net is gross less eliminated, the residual is net less the funder
  view. It is explained by money in transit (eliminated, not booked by the receiver) and financing;
  anything else is given as unexplained.
- *If a rule is broken* gives the wrong figure that then comes out. The tests break the rule and see
  it.
"""
_GROUPS = (
    ("worked-", "The seven examples of the design"),
    ("edge-", "Edge cases"),
)
_OTHERS = (
    (
        "cases",
        "Cases",
        "Keys: [case files](case-file.md). `annuity(a, b)` adds up the factors of years a to b.",
    ),
    (
        "unit_costs",
        "Unit costs",
        "What passes the [checks](unit-costs.md) and what is flagged, and prices of other years.",
    ),
    (
        "portfolio",
        "Portfolios",
        "What a pooled budget buys, and shares of its gain: see [its files](portfolio-file.md).",
    ),
    (
        "ladder",
        "Ladders",
        "Families on rungs, worked out by hand; keys stand under [ladder files](ladder-file.md).",
    ),
)
"""Folder beside the tables of a count -> its title, and what its tables show."""


def text() -> str:
    """The whole page."""
    parts = [_INTRO]
    for prefix, title in _GROUPS:
        parts.append(f"## {title}\n")
        parts += [
            _section(path.read_text(encoding="utf-8"))
            for path in sorted(TABLES.glob(f"{prefix}*.md"))
        ]
    for folder, title, about in _OTHERS:
        parts.append(f"## {title}\n\n{about}\n")
        parts += [
            _section(path.read_text(encoding="utf-8"))
            for path in sorted((TABLES.parent / folder).glob("*.md"))
        ]
    return "\n".join(parts)


def _section(table: str) -> str:
    """One table, its title a third-level heading and its sections bold lines."""
    return re.sub(
        r"^(#+) (.*)$",
        lambda found: f"### {found[2]}" if found[1] == "#" else f"**{found[2]}**",
        table,
        flags=re.MULTILINE,
    )


def main() -> int:
    """Write or check; the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, only tell")
    check = parser.parse_args().check
    path, page = ROOT / "docs" / PAGE, text()
    if path.exists() and path.read_text(encoding="utf-8") == page:
        return 0
    print(f"{'out of date' if check else 'written'}: docs/{PAGE}")
    if not check:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")
    return int(check)


if __name__ == "__main__":
    sys.exit(main())
