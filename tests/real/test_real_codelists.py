"""The code lists are complete for the published files, and their roles close the accounts.

The files are read here without any part of the product but the lists themselves.
"""

from __future__ import annotations

import csv
import io
import os
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from totalplace.model import load

DATA = Path(
    os.environ.get("TOTALPLACE_REAL_DATA", Path(__file__).resolve().parents[3] / "shared" / "data")
)
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not DATA.is_dir(), reason="the real data folder is absent"),
]

RS = DATA / "ro_outturn" / "RS_2017-18_data_by_LA.xlsx"
CRA = DATA / "cra_pesa" / "PESAParser" / "Assets"
CRA_2010 = CRA / "pesa_2010_database_tables_chapter9.xlsx"
CRA_2014 = CRA / "CRA_2014_Combined_Database_for_Publication.xlsx"
CRA_2018 = CRA / "CRA_2018_Database_for_Publication_rvsd.xlsx"
SPEND = DATA / "trafford_council" / "transparency_code" / "supplier_spend"
DISTRICTS = [f"E42{number:02d}" for number in range(1, 11)]
GREATER_MANCHESTER = [*DISTRICTS, "E6348", "E6202", "E7042"]

Table = list[list[Any]]


def rows(table: str) -> list[dict[str, Any]]:
    return load(table).to_pylist()


def lines_2017() -> list[dict[str, Any]]:
    """The code list of the form of 2017-18; older forms are in test_real_aggregates."""
    return [row for row in rows("ro_line") if row["edition"] == "2017-18"]


def fold(text: object) -> str:
    return " ".join(str(text).split()).casefold()


def number(cell: object) -> float:
    return cell if isinstance(cell, float | int) else 0.0


@cache
def sheet(path: Path, name: str) -> Table:
    return (
        CalamineWorkbook.from_path(str(path))
        .get_sheet_by_name(name)
        .to_python(skip_empty_area=False)
    )


def cra_2010() -> Table:
    return sheet(CRA_2010, "CRA 2010 Chapter 9 DB final ")[1:]


def cra_2014() -> Table:
    return sheet(CRA_2014, "CRA14 combined database")[1:]


TOLD_BY_SEGMENT = {
    f"Local Government {country}"
    for country in ("England", "Northern Ireland", "Scotland", "Wales")
}
"""The only departments of 2014 whose organisations are told, by the segment's name."""


def cra_2018() -> Table:
    return sheet(CRA_2018, "CRA 2018 database")[1:]


# ------------------------------------------------------------------ the revenue outturn


@cache
def rs_columns() -> dict[tuple[int, int], int]:
    """(code, block) -> column of the sheet."""
    header = sheet(RS, "RS LA Data 2017-18")[5]
    seen: Counter[int] = Counter()
    columns = {}
    for column, cell in enumerate(header):
        if isinstance(cell, float):
            seen[int(cell)] += 1
            columns[int(cell), seen[int(cell)]] = column
    return columns


@cache
def rs_bodies() -> dict[str, list[Any]]:
    table = sheet(RS, "RS LA Data 2017-18")
    return {row[0]: row for row in table[7:] if re.fullmatch(r"E\d{4}", str(row[0]))}


def total(code: int, *, bodies: list[str] = GREATER_MANCHESTER, block: int = 1) -> float:
    """Sum of a line over some bodies, in £ million."""
    column = rs_columns()[code, block]
    return sum(number(rs_bodies()[body][column]) for body in bodies) / 1000


def codes(*roles: str) -> list[int]:
    return [row["code"] for row in lines_2017() if row["role"] in roles]


def test_every_column_of_the_return_has_its_line() -> None:
    labels = sheet(RS, "RS LA Data 2017-18")[6]
    published = {key: " ".join(str(labels[col]).split()) for key, col in rs_columns().items()}
    assert len(published) == 95
    assert {(row["code"], row["block"]): row["label"] for row in lines_2017()} == published


def test_greater_manchester_lands_on_its_figures() -> None:
    assert total(699) == pytest.approx(4980.454, abs=0.001)
    assert sum(map(total, codes("service"))) == pytest.approx(4980.454, abs=0.001)
    assert sum(map(total, codes("benefit"))) == pytest.approx(916.522, abs=0.001)
    assert total(749) == pytest.approx(5871.199, abs=0.001)
    paid = {722: 103.891, 724: 247.475}
    received = {722: -103.870, 724: -247.295}
    for code, expected in paid.items():
        column = rs_columns()[code, 1]
        cells = [number(rs_bodies()[body][column]) / 1000 for body in GREATER_MANCHESTER]
        assert sum(cell for cell in cells if cell > 0) == pytest.approx(expected, abs=0.001)
        assert sum(cell for cell in cells if cell < 0) == pytest.approx(received[code], abs=0.001)


def levies_paid() -> float:
    return sum(
        max(0.0, number(rs_bodies()[body][rs_columns()[row["code"], 1]])) / 1000
        for row in lines_2017()
        if row["role"] == "levy" and row["sign"] == "negative_is_receipt"
        for body in GREATER_MANCHESTER
    )


def levy_residue() -> float:
    return total(722) + total(724) + total(727)


def test_spender_and_funder_views_close_row_by_row() -> None:
    net = sum(map(total, codes("service", "benefit"))) + total(728)
    gross = net + levies_paid()
    assert gross == pytest.approx(6257.819, abs=0.002)
    assert net == pytest.approx(5906.453, abs=0.001)

    funding = 0.0
    for row in lines_2017():
        if row["role"] == "funding":
            sign = 1 if row["sign"] == "positive_is_funding" else -1
            funding += sign * total(row["code"])
    assert funding == pytest.approx(6299.744, abs=0.001)

    named = sum(map(total, codes("bridge", "financing")))
    assert funding - net == pytest.approx(named + levy_residue(), abs=0.001)
    assert sum(map(total, (811, 814, 815, 816))) == pytest.approx(141.756, abs=0.001)


def test_the_bridge_to_net_current_expenditure() -> None:
    bridge = sum(map(total, codes("bridge", "benefit"))) + total(728) + levy_residue()
    assert bridge == pytest.approx(890.745, abs=0.001)
    assert total(749) - total(699) == pytest.approx(bridge, abs=0.001)


def test_no_return_line_of_money_is_left_out_in_england() -> None:
    england = list(rs_bodies())
    assert len(england) == 445
    spent = codes("service", "benefit", "levy", "bridge", "financing")
    funded = [code for code in codes("funding") if code != 890]
    # 890 = everything spent, less (published negative) everything that funds it; a few returns
    # have arithmetic faults of their own, hence the tolerance of £5 million in £27.6 billion.
    left = sum(total(code, bodies=england) for code in (*spent, *funded))
    assert left == pytest.approx(total(890, bodies=england), abs=5)


def test_every_grant_code_is_known_and_the_named_ones_add_up() -> None:
    table = sheet(RS, "Access (Col 99)")
    start = next(index for index, row in enumerate(table) if row[0] == "Row Labels")
    header = table[start]
    grand = next(row for row in table if row[0] == "Grand Total")
    england = {
        int(code): number(grand[col]) for col, code in enumerate(header) if isinstance(code, float)
    }
    known = {row["code"]: row for row in rows("ro_grant")}
    assert set(known) == set(england)
    for aef, code in (("inside", 699), ("outside", 799)):
        parts = [c for c, row in known.items() if row["aef"] == aef and row["role"] == "grant"]
        assert sum(england[part] for part in parts) == pytest.approx(england[code], abs=1)
    # what the labels were established by
    assert england[313] == pytest.approx(3_090_158, abs=1)
    column = header.index(313.0)
    held = {row[0]: number(row[column]) for row in table[start + 1 :]}
    assert all(held[body] == 0 for body in DISTRICTS)
    for grant, line in ((745, 711), (746, 712), (747, 713)):
        paid = total(line, bodies=list(rs_bodies())) * 1000
        assert england[grant] == pytest.approx(paid, rel=0.07)


# ------------------------------------------------------------------ the regional analysis


def test_every_department_and_organisation_has_its_body() -> None:
    known = {
        (row["edition"], fold(row["department"]), fold(row["organisation"]))
        for row in rows("cra_body")
    }
    published = {("2010", fold(row[1]), fold(row[1])) for row in cra_2010()}
    published |= {("2018", fold(row[0]), fold(row[1])) for row in cra_2018()}
    published |= {
        ("2014", fold(row[0]), fold(row[6] if row[0] in TOLD_BY_SEGMENT else row[0]))
        for row in cra_2014()
    }
    assert published == known
    codes_of = {
        fold(r["department"]): set(r["department_codes"].split(";"))
        for r in rows("cra_body")
        if r["edition"] == "2010"
    }
    found: dict[str, set[str]] = defaultdict(set)
    for row in cra_2010():
        found[fold(row[1])].add(str(row[0]))
    assert codes_of == found


def test_every_region_and_identifiable_label_is_known() -> None:
    published = {("2010", "region", row[9]) for row in cra_2010()}
    published |= {("2010", "identifiable", row[6]) for row in cra_2010()}
    published |= {("2018", "region", row[12]) for row in cra_2018()}
    published |= {("2018", "identifiable", row[8]) for row in cra_2018()}
    published |= {("2014", "region", row[10]) for row in cra_2014()}
    published |= {("2014", "identifiable", row[7]) for row in cra_2014()}
    # the labels of the harmonised series are held against it where it is loaded
    known = [row for row in rows("cra_region") if row["edition"] != "harmonised"]
    assert published == {(row["edition"], row["kind"], row["label"]) for row in known}


def test_every_function_leads_to_cofog() -> None:
    known: dict[str, set[str]] = defaultdict(set)
    for row in rows("crosswalk"):
        known[row["from_scheme"]].add(fold(row["from_code"]))
    functions = {fold(row[column]) for row in cra_2010() for column in (2, 3)}
    functions |= {fold(row[column]) for row in cra_2018() for column in (4, 5)}
    assert functions == known["cra_function"]
    subfunctions = {fold(row[column]) for row in cra_2018() for column in (6, 7)}
    assert subfunctions == known["cra_subfunction"]


def test_a_subfunction_leads_into_the_division_the_file_puts_it_in() -> None:
    led = {
        fold(row["from_code"]): row["to_code"]
        for row in rows("crosswalk")
        if row["from_scheme"] == "cra_subfunction"
    }
    for row in cra_2018():
        division = re.match(r"(\d+)\.", str(row[4]))
        if division:
            assert led[fold(row[7])][:2] == f"{int(division[1]):02d}", row[7]


def north_west(edition: str) -> Iterator[tuple[dict[str, Any], float]]:
    """(row of cra_body, £ million of the golden year) of each North West cell."""
    known = {
        (row["edition"], fold(row["department"]), fold(row["organisation"])): row
        for row in rows("cra_body")
    }
    regions = {
        (row["edition"], row["label"]): row["region_code"]
        for row in rows("cra_region")
        if row["kind"] == "region"
    }
    for row in cra_2010() if edition == "2010" else cra_2018():
        label = row[9] if edition == "2010" else row[12]
        if regions[edition, label] != "E12000002":
            continue
        if edition == "2010":
            yield known[edition, fold(row[1]), fold(row[1])], number(row[14])
        else:
            yield known[edition, fold(row[0]), fold(row[1])], number(row[18]) / 1000


def test_the_north_west_by_the_lists_lands_on_its_totals() -> None:
    assert sum(amount for _, amount in north_west("2010")) == pytest.approx(59171.588, abs=0.001)
    assert sum(amount for _, amount in north_west("2018")) == pytest.approx(71185.4, abs=0.05)
    local = sum(a for body, a in north_west("2010") if body["is_local"] and not body["is_hra"])
    assert local == pytest.approx(17740.3, abs=0.05)
    providers = sum(a for body, a in north_west("2018") if body["tier"] == "provider")
    assert providers == pytest.approx(10679.2 + 1753.0, abs=0.1)


def test_the_site_programmes_are_found_in_the_files() -> None:
    site = {(fold(r["department"]), fold(r["organisation"])): r for r in rows("local_only")}
    names = {code: label for label, code in _regions("2018")}
    moved: Counter[str] = Counter()
    for row in cra_2018():
        rule = site.get((fold(row[0]), fold(row[1])))
        if rule and rule["region_code"] and row[12] == names[rule["region_code"]]:
            moved[rule["site_area"]] += number(row[18]) / 1000
    assert moved["E07000029"] == pytest.approx(2511.754, abs=0.001)
    assert moved["E06000003"] == pytest.approx(21.6, abs=0.1)
    old = [
        number(row[14])
        for row in cra_2010()
        if (fold(row[1]), fold(row[1])) in site
        and "nuclear decommissioning authority" in fold(row[5])
        and row[9] == "ENGLAND_North West"
    ]
    assert sum(old) == pytest.approx(493.0, abs=0.1)


def _regions(edition: str) -> Iterator[tuple[str, str]]:
    for row in rows("cra_region"):
        if row["edition"] == edition and row["kind"] == "region":
            yield row["label"], row["region_code"]


def test_cofog_is_the_published_list() -> None:
    with (DATA / "cofog" / "data" / "cofog.csv").open(encoding="utf-8-sig", newline="") as lines:
        published = {row["Code"].strip() for row in csv.DictReader(lines)}
    assert {row["code"] for row in rows("cofog")} == published


# ------------------------------------------------------------------ payments

Payment = tuple[str, str, str, float]


def _year(folder: str, unit: str, expense: str, amount: str) -> Iterator[Payment]:
    months = [f"2017-{month:02d}" for month in range(4, 13)]
    months += [f"2018-{month:02d}" for month in range(1, 4)]
    for month in months:
        path = DATA / folder / "clean" / f"{month}.csv"
        with path.open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines):
                yield row[unit], row[expense], row["Supplier Name"], float(row[amount] or 0)


@cache
def trafford() -> list[dict[str, str]]:
    with zipfile.ZipFile(SPEND / "trafford-supplier-spend-2024-25.zip") as archive:
        text = archive.read(archive.namelist()[0]).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def payments(body_id: str) -> Iterator[Payment]:
    if body_id == "manchester":
        yield from _year("gm_manchester_spend", "Service Area", "Expenses Type", "Net Amount")
    elif body_id == "salford":
        yield from _year("gm_salford_spend", "Directorate", "G/L description.", "Net")
    else:
        for row in trafford():
            unit, payee = row["OrganisationalUnit"], row["BeneficiaryName"]
            yield unit, row["Purpose"], payee, float(row["Amount"])


Placed = Counter[tuple[str, str | None, str, int]]


@cache
def placed(body_id: str) -> tuple[Placed, Placed]:
    """(£ million, absolute £ million) by nature, return line, cap or cur, and priority."""
    rules = [
        (
            [
                re.compile(".*".join(map(re.escape, fold(rule[name]).split("*"))) + r"\Z", re.S)
                for name in ("unit_pattern", "expense_pattern", "payee_pattern")
            ],
            rule,
        )
        for rule in sorted(
            rows("spend_rule"), key=lambda rule: (-rule["priority"], rule["body_id"] == "*")
        )
        if rule["body_id"] in ("*", body_id)
    ]

    @cache
    def choose(*texts: str) -> tuple[str, str | None, str, int]:
        for patterns, rule in rules:
            if all(map(re.Pattern.match, patterns, texts)):
                return rule["nature"], rule["ro_code"], rule["cap_rev"], rule["priority"]
        return "none", None, "cur", 1

    signed: Placed = Counter()
    absolute: Placed = Counter()
    for unit, expense, payee, amount in payments(body_id):
        key = choose(fold(unit), fold(expense), fold(payee))
        signed[key] += amount / 1e6
        absolute[key] += abs(amount) / 1e6
    return signed, absolute


def under(body_id: str, ro_code: str) -> float:
    return sum(
        amount
        for (_, code, cap_rev, _), amount in placed(body_id)[0].items()
        if code == ro_code and cap_rev == "cur"
    )


def by_nature(body_id: str, nature: str) -> float:
    return sum(amount for key, amount in placed(body_id)[0].items() if key[0] == nature)


@pytest.mark.parametrize(
    ("body_id", "money"), [("manchester", 833.1), ("salford", 259.26), ("trafford", 565.22)]
)
def test_rules_place_nearly_all_money(body_id: str, money: float) -> None:
    signed, absolute = placed(body_id)
    assert sum(signed.values()) == pytest.approx(money, abs=0.05)
    unplaced = sum(amount for key, amount in absolute.items() if key[3] == 1)
    assert 1 - unplaced / sum(absolute.values()) > 0.99


def test_manchester_by_function_beside_its_return() -> None:
    control = {code: total(code, bodies=["E4203"]) for code in (290, 690, 722, 724)}
    assert control[290] == pytest.approx(0.67, abs=0.01)
    assert under("manchester", "290") == pytest.approx(36.0, abs=0.1)
    assert control[690] == pytest.approx(22.8, abs=0.1)
    assert under("manchester", "690") == pytest.approx(76.5, abs=1)
    assert under("manchester", "722") == pytest.approx(control[722], abs=0.1)
    assert by_nature("manchester", "agency") == pytest.approx(67.15, abs=0.1)


def test_salford_pools_its_budget_with_the_health_service() -> None:
    signed, _ = placed("salford")
    pooled = sum(
        a for (nature, code, _, _), a in signed.items() if (nature, code) == ("transfer", "360")
    )
    assert pooled == pytest.approx(62.47 + 0.57, abs=0.2)
    assert by_nature("salford", "payroll") == 0


def test_trafford_agency_payroll_and_levies() -> None:
    assert by_nature("trafford", "agency") == pytest.approx(31.03 + 2.67 + 0.22, abs=0.05)
    assert by_nature("trafford", "payroll") == pytest.approx(45.9 + 52.15 + 3.5, abs=0.5)
    assert under("trafford", "722") == pytest.approx(16.7, abs=0.1)
    assert under("trafford", "724") == pytest.approx(16.46, abs=0.1)


def test_proclass_codes_of_the_crosswalk_occur_and_reach_half_the_labelled_care_money() -> None:
    known = {row["from_code"] for row in rows("crosswalk") if row["from_scheme"] == "proclass"}
    money: Counter[str] = Counter()
    for row in trafford():
        money[row["ProclassCode"].strip()] += abs(float(row["Amount"]))
    assert known <= set(money)
    labelled = sum(amount for code, amount in money.items() if code != "NA")
    assert sum(money[code] for code in known) / labelled > 0.5
    # a default code that holds precepts and levies says nothing of a function
    assert "151612" not in known
