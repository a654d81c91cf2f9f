"""Draw the payees by which the reading of names is measured, and keep no name.

    python bench/_payee_sample.py --data ../shared/data --names /somewhere/outside/names.csv

The frame is every distinct payee name of three councils' published payments (case and spacing
apart), one unit for each council that uses it. Strata: the money paid under the name, and whether
the name has a word by which a public body could be known. Everything of £5m and more is taken;
from the other strata units are drawn by a stated seed. What a reader labels is written outside
the repository; inside it a unit is a salted hash (see tests/payees/README.md).
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import random
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TextIO

SEED = 20261122
SALT = "totalplace payees 1"
STRATA_PENCE = (
    ("top", 500_000_000),
    ("large", 50_000_000),
    ("middle", 5_000_000),
    ("small", 500_000),
    ("tail", 0),
)
DRAWN = {
    ("top", True): 10_000,
    ("top", False): 10_000,
    ("large", True): 70,
    ("large", False): 60,
    ("middle", True): 60,
    ("middle", False): 50,
    ("small", True): 60,
    ("small", False): 50,
    ("tail", True): 60,
    ("tail", False): 50,
}
SOUNDS_PUBLIC = re.compile(
    r"\b(?:nhs|ccg|icb|pct|mbc|m\s?b\s?c|bc|dc|hmrc|h\.?m\.?|gmca|tfgm|gmpte|gmwda|agma|dwp|dfe|"
    r"defra|ofsted|gov|uk|royal|counci\w*|council|borough|county|city|parish|authori\w*|auth|"
    r"revenue|customs|universit\w*|univ|uni|colleg\w*|coll|school\w*|academ\w*|primary|secondary|"
    r"police|fire|trust|departm\w*|dept|ministry|hospita\w*|hosp|pension\w*|superann\w*|combined|"
    r"agency|environment|court\w*|tribunal|probation|prison|commission\w*|governm\w*|health\w*|"
    r"ambulance|national|northern|british|crown|registry|registrar|coroner|office|executive|"
    r"transport|waste|museum|library|libraries|public|treasury|inspectorate|board|service)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Unit:
    """One payee name in one council's payments.

    Attributes:
        payer_id: the council.
        name: the spelling under which most was paid.
        pence: what was paid under all spellings of it that differ in case and spacing only.
        money: its stratum by money.
        sounds_public: its stratum by words.
        digest: salted hash of the council and the name.
    """

    payer_id: str
    name: str
    pence: int
    money: str
    sounds_public: bool
    digest: str

    @property
    def stratum(self) -> tuple[str, bool]:
        """Money and words together."""
        return self.money, self.sounds_public


def spaced(name: str) -> str:
    """The name in lower case with single spaces."""
    return " ".join(name.casefold().split())


def digest(*parts: str) -> str:
    """The salted hash by which a name is kept."""
    return hashlib.sha256("\n".join((SALT, *parts)).encode()).hexdigest()


def payments(data: Path) -> Iterator[tuple[str, str, int]]:
    """Council, payee name as published and pence of every line that has an amount."""
    folder = data / "trafford_council" / "transparency_code" / "supplier_spend"
    for path in sorted(folder.glob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            for member in sorted(archive.namelist()):
                with archive.open(member) as raw:
                    text = io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="")
                    yield from _rows("trafford", text)
    for council in ("manchester", "salford"):
        for path in sorted((data / f"gm_{council}_spend" / "clean").glob("*.csv")):
            whole = path.read_bytes()
            try:
                read = whole.decode("utf-8-sig")
            except UnicodeDecodeError:
                read = whole.decode("cp1252", errors="replace")
            yield from _rows(council, io.StringIO(read, newline=""))


def _rows(council: str, text: TextIO) -> Iterator[tuple[str, str, int]]:
    for row in csv.DictReader(text):
        name = row.get("BeneficiaryName") or row.get("Supplier Name") or ""
        amount = row.get("Net Amount") or row.get("Net") or row.get("Amount") or "0"
        try:
            pence = int(Decimal(amount.replace(",", "").replace("£", "").strip()) * 100)
        except InvalidOperation:
            continue
        if name.strip():
            yield council, name, pence


def frame(data: Path) -> list[Unit]:
    """Every unit that can be drawn, by digest."""
    spellings: dict[tuple[str, str], Counter[str]] = {}
    for council, name, pence in payments(data):
        spellings.setdefault((council, spaced(name)), Counter())[name] += pence
    units = []
    for (council, key), paid in spellings.items():
        pence = abs(sum(paid.values()))
        name = max(paid, key=lambda one: (abs(paid[one]), one))
        money = next(stratum for stratum, least in STRATA_PENCE if pence >= least)
        sounds = SOUNDS_PUBLIC.search(key) is not None
        units.append(Unit(council, name, pence, money, sounds, digest(council, key)))
    return sorted(units, key=lambda unit: unit.digest)


def strata(units: Sequence[Unit]) -> Mapping[tuple[str, bool], list[Unit]]:
    """Units by stratum."""
    found: dict[tuple[str, bool], list[Unit]] = {stratum: [] for stratum in DRAWN}
    for unit in units:
        found[unit.stratum].append(unit)
    return found


def draw(units: Sequence[Unit], seed: int = SEED) -> list[tuple[Unit, str]]:
    """The sample: unit and its half, ``tune`` or ``held_out``; halves alternate in a stratum."""
    rng = random.Random(seed)
    drawn = []
    for stratum, inside in strata(units).items():
        chosen = rng.sample(inside, min(DRAWN[stratum], len(inside)))
        drawn += [(unit, ("tune", "held_out")[at % 2]) for at, unit in enumerate(chosen)]
    return drawn


def main() -> None:
    """Write the drawn names to a file outside the repository, for the reader who labels them."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--names", type=Path, required=True)
    asked = parser.parse_args()
    units = frame(asked.data)
    drawn = draw(units)
    with asked.names.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["digest", "part", "money", "sounds", "payer_id", "pounds", "name"])
        for unit, part in drawn:
            writer.writerow(
                [
                    unit.digest,
                    part,
                    unit.money,
                    int(unit.sounds_public),
                    unit.payer_id,
                    unit.pence // 100,
                    unit.name,
                ]
            )
    for stratum, inside in strata(units).items():
        pence = sum(unit.pence for unit in inside)
        count = sum(unit.stratum == stratum for unit, _ in drawn)
        sys.stdout.write(f"{stratum}: {count} of {len(inside)}, £{pence / 1e8:.1f}m\n")


if __name__ == "__main__":
    main()
