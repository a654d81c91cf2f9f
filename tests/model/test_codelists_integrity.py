"""The code lists hold together: cited, without repeats, referring only to what exists."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

import pytest

from totalplace.model import load
from totalplace.model._code_tables import CODE_TABLES
from totalplace.model._tables import CONTROLS, NATURES

Rows = list[dict[str, Any]]


def rows(table: str) -> Rows:
    return load(table).to_pylist()


def fold(text: str) -> str:
    return " ".join(text.split()).casefold()


def matches(pattern: str, text: str) -> bool:
    parts = (re.escape(part) for part in fold(pattern).split("*"))
    return re.fullmatch(".*".join(parts), fold(text), re.DOTALL) is not None


def place(body_id: str, unit: str, expense: str, payee: str) -> dict[str, Any]:
    """The obvious reference: try the rules of the body and of any body in order."""
    for rule in sorted(
        rows("spend_rule"), key=lambda rule: (-rule["priority"], rule["body_id"] == "*")
    ):
        if (
            rule["body_id"] in ("*", body_id)
            and matches(rule["unit_pattern"], unit)
            and matches(rule["expense_pattern"], expense)
            and matches(rule["payee_pattern"], payee)
        ):
            return rule
    return {}


@pytest.mark.parametrize("table", sorted(CODE_TABLES))
def test_every_list_is_read_and_cited(table: str) -> None:
    found = rows(table)
    assert found
    assert all(len(row["source"]) > 15 for row in found)


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("cra_body", ("edition", "department", "organisation")),
        ("crosswalk", ("from_scheme", "from_code", "to_code")),
        ("spend_rule", ("body_id", "unit_pattern", "expense_pattern", "payee_pattern")),
        ("theme_rule", ("theme_id", "scheme", "code", "kind")),
    ],
)
def test_labels_differ_by_more_than_case_and_space(table: str, columns: tuple[str, ...]) -> None:
    keys = Counter(tuple(fold(row[name]) for name in columns) for row in rows(table))
    assert [key for key, count in keys.items() if count > 1] == []


def test_shares_of_a_code_sum_to_one() -> None:
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in rows("crosswalk"):
        assert 0 < row["share"] <= 1
        sums[row["from_scheme"], fold(row["from_code"])] += row["share"]
    assert {key: total for key, total in sums.items() if total != 1} == {}


def test_the_crosswalk_leads_to_functions_that_exist() -> None:
    codes = {row["code"] for row in rows("cofog")}
    assert {row["to_scheme"] for row in rows("crosswalk")} == {"cofog"}
    assert {row["to_code"] for row in rows("crosswalk")} <= codes


def test_functions_nest() -> None:
    levels = {row["code"]: row["level"] for row in rows("cofog")}
    above = {"group": "division", "class": "group"}
    assert sorted(code for code in levels if levels[code] == "division") == [
        f"{number:02d}" for number in range(1, 11)
    ]
    for row in rows("cofog"):
        if row["level"] == "division":
            assert row["parent"] is None
        else:
            assert row["code"].rpartition(".")[0] == row["parent"]
            assert levels[row["parent"]] == above[row["level"]]


def test_bodies_named_by_the_lists_are_registered_at_the_same_tier() -> None:
    tiers = {row["body_id"]: row["tier"] for row in rows("body")}
    assert [r for r in rows("cra_body") if tiers.get(r["body_id"]) != r["tier"]] == []
    named = {row["funder_id"] for table in ("ro_line", "ro_grant", "stream") for row in rows(table)}
    named |= {row["body_id"] for row in rows("spend_rule")}
    assert named - {None, "*"} <= set(tiers)


def test_streams_named_by_the_lists_exist() -> None:
    known = {row["stream_id"] for row in rows("stream")}
    named = {row["stream_id"] for table in ("ro_line", "ro_grant") for row in rows(table)}
    assert named - {None} <= known


def test_payments_are_placed_under_lines_of_the_return() -> None:
    newest = max(row["edition"] for row in rows("ro_line"))
    roles = {
        str(row["code"]): row["role"]
        for row in rows("ro_line")
        if row["block"] == 1 and row["edition"] == newest
    }
    for rule in rows("spend_rule"):
        if rule["ro_code"] is not None:
            assert roles[rule["ro_code"]] not in ("total", "funding", "reserve_level", "memo"), rule


def test_natures_and_controls_are_the_closed_lists() -> None:
    assert tuple(row["nature"] for row in rows("nature")) == NATURES
    assert tuple(row["control"] for row in rows("control")) == CONTROLS


def test_every_return_line_says_what_becomes_of_it() -> None:
    for row in rows("ro_line"):
        spends = row["role"] in ("service", "benefit", "levy", "bridge", "financing")
        assert (row["side"] == "out") == spends, row
        assert (row["side"] == "in") == (row["role"] == "funding"), row
        if row["side"]:
            assert row["sign"], row
            assert row["nature"], row
        if row["role"] in ("benefit", "levy", "funding"):
            assert row["stream_id"], row
            assert row["control"], row
        if row["role"] == "service":
            assert row["cofog"], row


def test_service_and_benefit_lines_have_a_function() -> None:
    led = {row["from_code"] for row in rows("crosswalk") if row["from_scheme"] == "ro_line"}
    lines = {r["class_code"] for r in rows("ro_line") if r["role"] in ("service", "benefit")}
    assert lines <= led


def test_a_class_is_a_line_of_the_newest_form_that_holds_the_same() -> None:
    lines = rows("ro_line")
    newest = max(row["edition"] for row in lines)
    roles = {row["class_code"]: row["role"] for row in lines if row["edition"] == newest}
    for row in lines:
        if row["edition"] == newest:
            assert row["class_code"] in {str(row["code"]), None}, row
        elif row["role"] in ("service", "benefit", "levy"):
            # a line of two classes has the role of both
            assert {roles[part] for part in row["class_code"].split("+")} == {row["role"]}, row


def test_every_form_names_its_two_totals_and_what_the_police_grant_is_for() -> None:
    for edition in {row["edition"] for row in rows("ro_line")}:
        theirs = [row for row in rows("ro_line") if row["edition"] == edition]
        totals = {row["total_of"]: row["role"] for row in theirs if row["total_of"]}
        assert totals == {"service_expenditure": "total", "net_current_expenditure": "total"}
        services = {row["class_code"] for row in theirs if row["role"] == "service"}
        assert {row["stream_id"] for row in theirs if row["service_code"] in services} == {
            "police-grant"
        }


def test_ringfenced_grants_name_their_service() -> None:
    services = {row["class_code"] for row in rows("ro_line") if row["role"] == "service"}
    fenced = [row for row in rows("ro_grant") if row["control"] == "ringfenced"]
    assert {row["label"] for row in fenced} == {
        "Dedicated Schools Grant",
        "Pupil Premium Grant",
        "Public Health Grant",
    }
    assert all(row["service_code"] in services for row in fenced)


def test_an_unnamed_grant_has_no_guessed_funder() -> None:
    unnamed = [r for r in rows("ro_grant") if r["stream_id"] == "central-grant-unnamed"]
    assert sorted(row["code"] for row in unnamed) == [318, 698, 798]
    for row in unnamed:
        assert row["funder_id"] is None
        assert row["funder_text"] == "central government, not named"
        assert row["control"] == "national"


def test_local_government_of_england_is_marked_whatever_its_label() -> None:
    marked = {
        (r["edition"], r["organisation"]): r["is_hra"] for r in rows("cra_body") if r["is_local"]
    }
    assert marked == {
        ("2010", "ENG_LA"): False,
        ("2010", "ENG_HRA"): True,
        ("2014", "S101A000-England Local Authorities"): False,
        ("2014", "S101A055-RAIL SERVICES"): False,
        ("2014", "S101A061-HOUSING STRATEGY AND ADMINISTRATION"): True,
        ("2018", "England Local Authorities"): False,
        ("2018", "England Housing Revenue Account"): True,
        ("2018", "London Underground"): False,
    }


def test_a_site_lies_in_the_region_its_money_is_taken_from() -> None:
    members = {(row["area"], row["lad"]) for row in rows("area_member")}
    organisations = {(fold(r["department"]), fold(r["organisation"])) for r in rows("cra_body")}
    for row in rows("local_only"):
        if row["region_code"] is None:
            assert row["site_area"].startswith("E12"), row
        else:
            assert (row["region_code"], row["site_area"]) in members
        assert (fold(row["department"]), fold(row["organisation"])) in organisations


def test_themes_take_at_most_the_whole_of_a_code_they_know() -> None:
    themes = {row["theme_id"] for row in rows("theme")}
    known = {(row["from_scheme"], fold(row["from_code"])) for row in rows("crosswalk")}
    known |= {("cofog", row["code"]) for row in rows("cofog")}
    taken: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for row in rows("theme_rule"):
        assert row["theme_id"] in themes
        assert (row["scheme"], fold(row["code"])) in known
        assert row["share"] > 0
        taken[row["theme_id"], row["scheme"], fold(row["code"])] += row["share"]
    assert {key: share for key, share in taken.items() if share > 1} == {}
    assert {theme for theme, _, _ in taken} == themes


def test_patterns_hold_no_special_character_but_the_star() -> None:
    for rule in rows("spend_rule"):
        for name in ("unit_pattern", "expense_pattern", "payee_pattern"):
            assert not set(rule[name]) & set("?[]%_\\"), rule


# fmt: off
# ruff: noqa: E501
PLACED = [
    # body, unit, expense, payee -> nature, return line, cap or cur
    ("manchester", "Collection Fund", "Ctax - Preceptor Payments", "GMCA", "agency", None, "cur"),
    ("manchester", "General Fund", "Levies", "GMCA", "transfer", "722", "cur"),
    ("manchester", "Manchester Leisure", "Levies", "GMWDA (LEVY)", "transfer", "724", "cur"),
    ("manchester", "Highways Services", "Rents", "A firm", "purchase", "290", "cur"),
    ("manchester", "Housing Revenue Account", "Gas", "A firm", "purchase", "981", "cur"),
    ("manchester", "Corporate Services", "Long Term Debtors", "A firm", "financing", None, "cap"),
    ("manchester", "Childrens Services", "Building Works", "A firm", "purchase", "190", "cap"),
    ("salford", "Community, Health & Social Care", "Any", "NHS CCG", "transfer", "360", "cur"),
    ("salford", "Sustainable Regeneration", "Fee", "Pendleton Together Operating Ltd", "purchase", "981", "cur"),
    ("trafford", "NA", "", "Greater Manchester Combined Authori", "agency", None, "cur"),
    ("trafford", "FI:PASSENGER TRANSPO", "", "Greater Manchester Combined Authori", "transfer", "722", "cur"),
    ("trafford", "EN:WASTE DISPOSAL LE", "", "Greater Manchester Combined Authori", "transfer", "724", "cur"),
    ("trafford", "NA", "", "HMRC CUMBERNAULD", "payroll", None, "cur"),
    ("trafford", "NA", "", "TEACHERS PENSIONS", "payroll", None, "cur"),
    ("trafford", "LEARN  dis 18-64 LT", "", "A firm", "purchase", "360", "cur"),
    ("bolton", "Any", "VAT refund", "A firm", "financing", None, "cur"),
    ("bolton", "Any", "PFI unitary charge", "A firm", "purchase", None, "cur"),
    # a landlord named like a pension fund, and stamp duty paid with a site: neither is payroll
    ("salford", "Office of the Chief Executive", "Rents", "Legal And General Pensions", "purchase", "690", "cur"),
    ("manchester", "Chief Executives", "Works and associated costs for Land and Buildings", "H M Revenues and Customs", "purchase", "690", "cap"),
]
# fmt: on


@pytest.mark.parametrize(
    ("body_id", "unit", "expense", "payee", "nature", "ro_code", "cap_rev"), PLACED
)
def test_payments_are_placed(
    body_id: str, unit: str, expense: str, payee: str, nature: str, ro_code: str, cap_rev: str
) -> None:
    rule = place(body_id, unit, expense, payee)
    assert (rule["nature"], rule["ro_code"], rule["cap_rev"]) == (nature, ro_code, cap_rev)


def test_a_council_without_rules_of_its_own_is_not_placed_by_guess() -> None:
    assert place("bolton", "Highways", "Rents", "A firm") == {}
