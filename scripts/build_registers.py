"""Rebuild the keys and denominators of the model from the public files they were taken from.

    python scripts/build_registers.py --authorities uk_local_authorities.csv \\
        --households la_count_households.xlsx --eurostat demo_r_d2jan_1_Data.csv --out folder

Writes ``key_value.csv`` and ``denominator.csv`` into the folder; compare them with those in
``src/totalplace/model/data``. The other registers (bodies, aliases, areas and their members) are
kept by hand, a citation in every row.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from python_calamine import CalamineWorkbook

PEOPLE = (
    "ONS, mid-2020 population estimates by local authority (2021 geography), as carried in "
    "mySociety, UK local authority names and codes, column pop-2020"
)
HOUSEHOLDS = (
    "ONS, Census 2021, TS041 Number of households, lower-tier local authorities, "
    "version 3 (16 Feb 2023)"
)
EUROSTAT = "Eurostat, demo_r_d2jan, population on 1 January 2008"
KEY_EDITION_ENDS = "2023"
WARRINGTON = "E06000007"


def authorities(path: Path) -> list[dict[str, str]]:
    """Authorities of the key edition: with a 2020 population, and not made in 2023 or later."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            row
            for row in csv.DictReader(file)
            if row["lower-or-unitary"] == "True"
            and row["pop-2020"]
            and row["gss-code"]
            and row["start-date"] < KEY_EDITION_ENDS
        ]


def households(path: Path) -> dict[str, int]:
    """Households of the 2021 census by authority."""
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Dataset").to_python()
    return {str(code): int(str(count).removesuffix(".0")) for code, _, count in rows[1:]}


def people_2008(path: Path) -> dict[str, int]:
    """People by NUTS area on 1 January 2008."""
    with path.open(encoding="cp1252", newline="") as file:
        return {
            row["GEO"]: int(row["Value"].replace(",", ""))
            for row in csv.DictReader(file)
            if row["TIME"] == "2008" and row["Value"] not in ("", ":")
        }


def key_b(people: dict[str, int], region: Iterable[str], nuts: dict[str, int]) -> list[list[str]]:
    """Greater Manchester, Warrington by its 2020 share of the region, and the rest."""
    whole, city = nuts["UKD"], nuts["UKD3"]
    region_2020 = sum(people[code] for code in region)
    warrington = (whole * people[WARRINGTON] * 2 + region_2020) // (2 * region_2020)
    derived = (
        f"{EUROSTAT}, UKD {whole} x 2020 share of Warrington {people[WARRINGTON]} / "
        f"{region_2020} (key A), rounded"
    )
    return [
        ["B", "E47000001", str(city), f"{EUROSTAT}, UKD3 Greater Manchester"],
        ["B", WARRINGTON, str(warrington), derived],
        [
            "B",
            "X-NW-REST",
            str(whole - city - warrington),
            f"{EUROSTAT}, UKD {whole} less the two other cells",
        ],
    ]


def write(path: Path, header: str, rows: Iterable[Iterable[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    for name in ("authorities", "households", "eurostat", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    given = parser.parse_args()
    rows = authorities(given.authorities)
    people = {row["gss-code"]: int(Decimal(row["pop-2020"])) for row in rows}
    region = [row["gss-code"] for row in rows if row["region"] == "North West"]
    census = {code: n for code, n in households(given.households).items() if code in people}
    keys = [["A", code, str(value), PEOPLE] for code, value in sorted(people.items())]
    keys += key_b(people, region, people_2008(given.eurostat))
    counts = [(code, "people", 2020, value, PEOPLE) for code, value in sorted(people.items())]
    counts += [
        (code, "households", 2021, value, HOUSEHOLDS) for code, value in sorted(census.items())
    ]
    given.out.mkdir(parents=True, exist_ok=True)
    write(given.out / "key_value.csv", "key_id,area,value,source", keys)
    write(given.out / "denominator.csv", "area,kind,year,value,source", counts)


if __name__ == "__main__":
    main()
