"""Draw pairs of payee names that look alike, by which the grouping of suppliers is measured.

    python bench/_payee_pairs.py --data ../shared/data --names /somewhere/outside/pairs.csv

Candidates are pairs of organisations' names (no body of the register, no person, nothing
withheld) that share a word which no more than 60 names have. They fall into bands by how alike
they are (difflib's ratio of the plain names), drawn by a stated seed. As with the payees, a name
is kept as its salted hash only.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
import sys
from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import Path

from _payee_sample import digest, payments, spaced

from totalplace.model import body_register, resolve_payees

SEED = 20261123
SHARED_BY = 60
BANDS = (("same", 1.0, 40), ("close", 0.92, 70), ("near", 0.85, 70), ("far", 0.75, 50))


def plain(name: str) -> str:
    """The name in lower case, letters and digits only."""
    return " ".join(re.sub(r"[^\w]+|_", " ", name.casefold().replace("&", " and ")).split())


def organisations(data: Path) -> list[str]:
    """Every distinct name (case and spacing apart) that is read as an unknown organisation."""
    spelt: dict[str, tuple[str, str]] = {}
    for council, name, _ in payments(data):
        spelt.setdefault(spaced(name), (council, name))
    register = body_register()
    found = []
    for council in ("trafford", "manchester", "salford"):
        texts = sorted(name for payer, name in spelt.values() if payer == council)
        found += [
            match.payee_text
            for match in resolve_payees(texts, register, payer_id=council)
            if match.payee_kind == "organisation" and match.body_id is None
        ]
    return found


def candidates(names: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """Pairs by band, sorted."""
    by_word: dict[str, list[str]] = {}
    for name in sorted(names):
        for word in set(plain(name).split()):
            by_word.setdefault(word, []).append(name)
    pairs = {
        pair
        for inside in by_word.values()
        if len(inside) <= SHARED_BY
        for pair in combinations(inside, 2)
    }
    bands: dict[str, list[tuple[str, str]]] = {band: [] for band, _, _ in BANDS}
    for one, other in sorted(pairs):
        matcher = SequenceMatcher(None, plain(one), plain(other), autojunk=False)
        if matcher.quick_ratio() < BANDS[-1][1]:
            continue
        likeness = matcher.ratio()
        band = next((band for band, least, _ in BANDS if likeness >= least), None)
        if band:
            bands[band].append((one, other))
    return bands


def main() -> None:
    """Write the drawn pairs to a file outside the repository, for the reader who labels them."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--names", type=Path, required=True)
    asked = parser.parse_args()
    rng = random.Random(SEED)
    bands = candidates(organisations(asked.data))
    with asked.names.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["one", "other", "part", "band", "weight", "name", "other_name"])
        for band, _, most in BANDS:
            inside = bands[band]
            drawn = rng.sample(inside, min(most, len(inside)))
            weight = f"{len(inside) / len(drawn):.4f}"
            for at, (name, other) in enumerate(drawn):
                hashes = digest("pair", spaced(name)), digest("pair", spaced(other))
                part = ("tune", "held_out")[at % 2]
                writer.writerow([*hashes, part, band, weight, name, other])
            sys.stdout.write(f"{band}: {len(drawn)} of {len(inside)}\n")


if __name__ == "__main__":
    main()
