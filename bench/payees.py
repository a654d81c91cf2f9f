"""How right and how fast the reading of payee names is.

    python bench/payees.py [--lines 200000] [--json]

Two parts. On generated names: names a CPU second, and what becomes of names of the register that
are cut, misspelt, given a legal form, a department or a note, among invented companies, schools
and people. On real names, where the published files of three councils lie in the folder that
TOTALPLACE_REAL_DATA names (by default ../shared/data beside the checkout): precision and recall on
the labelled sample of tests/payees, with intervals, for the held-out half and for all of it.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections import Counter
from pathlib import Path
from time import process_time

from _measure import arguments
from _payee_groups import judged_pairs, measure_pairs
from _payee_measure import judged, measure
from _payee_sample import Unit

from totalplace.model import PayeeMatch, body_register, load, resolve_payees, supplier_groups

NAMES = 200_000
SEED = 20261124
DATA = Path(
    os.environ.get("TOTALPLACE_REAL_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")
)
STEMS = ("Alder", "Beacon", "Cedar", "Dunlin", "Elm", "Forge", "Glen", "Harbour", "Iris", "Juniper")
TRADES = ("Care", "Building", "Transport", "Cleaning", "Catering", "Fostering", "Housing", "Law")
FORMS = ("Ltd", "Limited", "PLC", "LLP", "CIC", "")
PARTS = ("Adult Services", "Finance Dept", "Housing Benefit", "General Account", "Payroll")
FIRST = ("Susan", "David", "Mary", "John")


def slip(name: str, rng: random.Random) -> str:
    """The name with one letter lost or two exchanged, anywhere."""
    at = rng.randrange(1, len(name) - 2)
    if rng.random() < 0.5:
        return name[:at] + name[at + 1 :]
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def generated(count: int, rng: random.Random) -> list[tuple[str, str, str | None]]:
    """Name, the way it was made, and the body that it means, if any; a fifth mean one."""
    aliases = [
        (row["alias"], row["body_id"])
        for row in load("body_alias").to_pylist()
        if len(row["alias"].split()) > 2
    ]
    made: dict[str, tuple[str, str | None]] = {}
    while len(made) < count:
        alias, body_id = rng.choice(aliases)
        kind = rng.randrange(40)
        if kind < 2:
            made.setdefault(alias.upper(), ("capitals", body_id))
        elif kind == 2 and len(alias) > 35:
            made.setdefault(alias[:35], ("cut", body_id))
        elif kind == 3:
            made.setdefault(slip(alias, rng), ("slip", body_id))
        elif kind == 4:
            made.setdefault(f"{alias} {rng.choice(PARTS)}", ("department", body_id))
        elif kind == 5:
            made.setdefault(f"{alias} (BACS)", ("note", body_id))
        elif kind == 6:
            made.setdefault(f"{alias} Ltd", ("company of the name", None))
        elif kind == 7:
            name = f"{rng.choice(STEMS)} {rng.randrange(9999)} Road Primary School"
            made.setdefault(name, ("school", None))
        elif kind == 8:
            surname = rng.choice(STEMS) + rng.choice("aeio") + rng.choice(TRADES).lower()
            made.setdefault(f"{rng.choice(FIRST)} {surname}", ("person", None))
        else:
            stem, other = rng.choice(STEMS), rng.randrange(99999)
            name = f"{stem}{other} {rng.choice(STEMS)} {rng.choice(TRADES)} {rng.choice(FORMS)}"
            made.setdefault(name.strip(), ("company", None))
    return [(name, way, body_id) for name, (way, body_id) in made.items()]


def on_generated(count: int) -> dict[str, object]:
    """Speed, and what became of each way of spelling."""
    names = generated(count, random.Random(SEED))
    texts = [name for name, _, _ in names]
    register = body_register()
    resolve_payees(texts[:1], register)
    began = process_time()
    matches = resolve_payees(texts, register)
    read_cpu = process_time() - began
    began = process_time()
    groups = len(supplier_groups(m.payee_text for m in matches if m.body_id is None))
    group_cpu = process_time() - began
    ways: dict[str, Counter[str]] = {}
    for match, (_, way, body_id) in zip(matches, names, strict=True):
        if match.body_id is None:
            became = "not resolved"
        else:
            became = "right" if match.body_id == body_id else "wrong"
        ways.setdefault(way, Counter())[became] += 1
    right = sum(way["right"] for way in ways.values())
    wrong = sum(way["wrong"] for way in ways.values())
    return {
        "names": len(texts),
        "read_cpu_s": round(read_cpu, 2),
        "names_per_cpu_s": round(len(texts) / read_cpu),
        "groups": groups,
        "group_cpu_s": round(group_cpu, 2),
        "precision": round(right / (right + wrong), 4),
        "ways": {way: dict(sorted(ways[way].items())) for way in sorted(ways)},
    }


def on_real(data: Path) -> dict[str, object]:
    """Precision and recall on the labelled sample and pairs; people are counted, never named."""
    register = body_register()

    def read(unit: Unit) -> PayeeMatch:
        [match] = resolve_payees([unit.name], register, payer_id=unit.payer_id)
        return match

    sample, unlabelled = judged(data, read)
    kinds = Counter(read(unit).payee_kind for unit in unlabelled)
    pairs = judged_pairs(data)
    return {
        "payees": {"held_out": measure(sample, "held_out"), "all": measure(sample, None)},
        "people": {
            "people_and_withheld_n": len(unlabelled),
            "read_as_withheld_n": kinds["redacted"],
            "read_as_people_n": kinds["individual"],
            "missed_n": kinds["organisation"],
            "organisations_n": len(sample),
            "organisations_read_as_people_n": sum(one.is_person for one in sample),
        },
        "suppliers": {
            "held_out": measure_pairs(pairs, "held_out"),
            "all": measure_pairs(pairs, None),
        },
    }


def shown(name: str, measured: object) -> str:
    """One line for a value with its interval."""
    if isinstance(measured, dict):
        return (
            f"  {name}: {measured['value']:.3f} ({measured['low']:.3f} to {measured['high']:.3f})"
        )
    return f"  {name}: {measured}"


def main() -> None:
    """Measure and print."""
    asked = arguments(__doc__, lines=NAMES, unit="names")
    made = on_generated(asked.lines)
    real = on_real(DATA) if DATA.is_dir() else None
    if asked.json:
        why = None if real else "the published files are absent: set TOTALPLACE_REAL_DATA"
        json.dump({"generated": made, "real": real, "real_absent": why}, sys.stdout, indent=1)
        return
    print(f"{made['names']:,} generated names: {made['names_per_cpu_s']:,} a CPU second")
    for way, became in dict(made["ways"]).items():  # type: ignore[call-overload]
        print(f"  {way}: " + ", ".join(f"{count:,} {what}" for what, count in became.items()))
    if real is None:
        print("Real names: the published files are absent (TOTALPLACE_REAL_DATA).")
        return
    for part, measures in real.items():
        for half, values in measures.items():  # type: ignore[attr-defined]
            if not isinstance(values, dict):
                print(f"{part}, {half}: {values}")
                continue
            print(f"{part}, {half}:")
            for name, value in values.items():
                print(shown(name, value))


if __name__ == "__main__":
    main()
