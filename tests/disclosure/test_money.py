"""Public lines: organisations one by one, all others summed, to the penny, with no canary."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from totalplace.disclosure import SUMMED_NAMES
from totalplace.disclosure import _money as money
from totalplace.disclosure._sums import LEAST_SUMMED, fold_groups
from totalplace.disclosure.publish import PUBLIC_LINE, RAW_LINE, PublicLines, leaks, public_lines
from totalplace.engine import Engine, duckdb_engine
from totalplace.errors import IdentityError
from totalplace.model import body_register

pytestmark = pytest.mark.slow

REGISTER = body_register()
SHA = "ab" * 32
CANARIES = {
    "payee": "Zebedee Canarino",
    "sole trader": "Canarino Plumbing",
    "unit": "Canarino Unit",
    "expense": "Zebedee Canarino mileage",
    "file": "Canarino_payments.csv",
    "member": "Canarino sheet",
}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    one = duckdb_engine(threads=1)
    yield one
    one.close()


def raw(number: int, **change: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "line_id": f"{SHA}:{CANARIES['member']}:{number}:0",
        "year": "2017-18",
        "dataset": "spend",
        "body_id": "trafford",
        "payee_text": "Beacon Care Ltd",
        "side": "out",
        "nature": "purchase",
        "role": "main",
        "function": "09",
        "cap_rev": "cur",
        "control": "local",
        "grade": "B",
        "derivation": "direct",
        "amount_pence": 100,
        "low_pence": 100,
        "high_pence": 100,
        "payment_date": date(2017, 5, 1),
        "source_no": 0,
        "row_no": number,
        "column_no": 0,
    }
    return {**row, **change}


def table(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=RAW_LINE)


def public(
    engine: Engine, rows: list[dict[str, Any]], path: Path, **given: Any
) -> tuple[PublicLines, list[dict[str, Any]]]:
    made = public_lines(engine, engine.memory(table(rows)), register=REGISTER, **given)
    made.write(path)
    written = pq.read_table(path)
    assert written.schema.equals(PUBLIC_LINE)
    assert written.num_rows == made.rows
    return made, written.to_pylist()


def test_an_organisation_is_shown_line_by_line(engine: Engine, tmp_path: Path) -> None:
    made, [one] = public(engine, [raw(7, amount_pence=-250)], tmp_path / "lines.parquet")
    name = f"{SHA}:{CANARIES['member']}:7:0"
    digest = hashlib.sha256(name.encode()).digest()[:8]
    assert one["line_id"] == digest.hex()
    assert one["line_key"] == int.from_bytes(digest, "big", signed=True)
    assert (one["payee"], one["payee_kind"]) == ("Beacon Care Ltd", "organisation")
    assert (one["amount_pence"], one["lines"], one["line_no"]) == (-250, 1, 0)
    assert (one["row_no"], one["payment_date"]) == (7, date(2017, 5, 1))
    [payee] = made.payees.to_pylist()
    assert payee == {
        "payee_id": one["payee_id"],
        "name": "Beacon Care Ltd",
        "body_id": None,
        "lines": 1,
        "pence": -250,
        "years": "2017-18",
    }


def test_a_known_body_is_shown_under_its_own_name(engine: Engine, tmp_path: Path) -> None:
    rows = [
        raw(1, payee_text="Salford CC (Z Canarino)", counterparty_id="salford"),
        raw(2, payee_text="Canarino", counterparty_id="salford"),
    ]
    made, found = public(engine, rows, tmp_path / "lines.parquet")
    name = REGISTER.bodies["salford"].name
    assert [(row["payee"], row["payee_kind"]) for row in found] == [(name, "body")] * 2
    assert [row["body_id"] for row in made.payees.to_pylist()] == ["salford"]
    assert made.payees["lines"].to_pylist() == [2]


def test_a_line_without_a_payee_is_shown_as_one(engine: Engine, tmp_path: Path) -> None:
    rows = [
        raw(1, payee_text=None),
        raw(2, payee_text="", dataset="ro", label="Education services"),
    ]
    made, found = public(engine, rows, tmp_path / "lines.parquet")
    assert [(row["payee"], row["payee_kind"], row["payee_id"]) for row in found] == [
        ("", "none", None)
    ] * 2
    assert {row["label"] for row in found} == {None, "Education services"}
    assert made.payees.num_rows == 0


def test_people_are_summed_by_kind_and_function_where_there_are_ten(
    engine: Engine, tmp_path: Path
) -> None:
    rows = [raw(n, payee_text=f"Mrs {chr(65 + n % 26)} Canarino", function="10") for n in range(12)]
    rows += [raw(100 + n, payee_text="Canarino Plumbing", function="04") for n in range(3)]
    rows += [raw(200 + n, payee_text="REDACTED", function=f"0{n}") for n in range(1, 10)]
    rows += [raw(300, payee_text="REDACTED", function=None)]
    made, found = public(engine, rows, tmp_path / "lines.parquet")
    told = {
        (row["payee_kind"], row["function"]): (row["payee"], row["lines"], row["amount_pence"])
        for row in found
    }
    assert told == {
        ("individual", "10"): (SUMMED_NAMES["individual"], 12, 1200),
        ("unrecognised", None): (SUMMED_NAMES["unrecognised"], 3, 300),
        ("redacted", None): (SUMMED_NAMES["redacted"], 10, 1000),
    }
    for row in found:
        hidden = ("payee_id", "row_no", "column_no", "payment_date", "period_start", "match_id")
        assert [row[name] for name in hidden] == [None] * len(hidden)
        is_few = row["lines"] < 10
        assert (row["control"], row["grade"]) == ("local", "B")
        # the file of a few payments would tell their month
        assert row["source_no"] == (None if is_few else 0)
        assert row["stream_id"] is None or not is_few
    assert made.withheld == {
        "individual": {"lines": 12, "pence": 1200},
        "redacted": {"lines": 10, "pence": 1000},
        "unrecognised": {"lines": 3, "pence": 300},
    }
    assert set(made.names.values()) == {"individual", "redacted", "unrecognised"}


def test_what_the_count_read_can_withhold_a_name_and_never_show_one(
    engine: Engine, tmp_path: Path
) -> None:
    rows = [
        raw(1, payee_kind="individual"),
        raw(2, payee_text="Canarino", payee_kind="organisation"),
    ]
    _, found = public(engine, rows, tmp_path / "lines.parquet")
    assert {row["payee_kind"] for row in found} == {"individual", "unrecognised"}


def test_decisions_win(engine: Engine, tmp_path: Path) -> None:
    rows = [raw(1), raw(2, payee_text="Canarino Plumbing"), raw(3, payee_text="Canarino")]
    _, found = public(
        engine,
        rows,
        tmp_path / "lines.parquet",
        payee_kinds={"Beacon Care Ltd": "individual", "CANARINO PLUMBING": "organisation"},
        aliases={"Canarino": "salford"},
    )
    assert {(row["payee_kind"], row["payee"]) for row in found} == {
        ("individual", "Individuals"),
        ("organisation", "Canarino Plumbing"),
        ("body", REGISTER.bodies["salford"].name),
    }


def test_texts_are_shown_when_they_are_common_for_one_payer(engine: Engine, tmp_path: Path) -> None:
    firms = [f"Beacon {n} Ltd" for n in range(5)]
    rows = [
        raw(n, payee_text=firms[n % 5], unit_text="Adult services", expense_text=f"Care {n % 2}")
        for n in range(10)
    ]
    # the same text at another payer counts by itself; many lines of one payee are not enough
    rows += [raw(100, body_id="salford", unit_text="Adult services", label="Education services")]
    rows += [raw(200 + n, payee_text=firms[0], unit_text="Zone works") for n in range(30)]
    rows += [raw(300 + n, payee_text=firms[n % 5], unit_text="Alan Sugden") for n in range(30)]
    made, found = public(engine, rows, tmp_path / "lines.parquet")
    assert Counter(row["unit_text"] for row in found) == {"Adult services": 10, None: 61}
    assert Counter(row["expense_text"] for row in found) == {None: 71}
    assert Counter(row["label"] for row in found) == {None: 70, "Education services": 1}
    assert made.withheld_texts == 5
    assert [made.texts[name] for name in ("unit_text", "expense_text", "label")] == [
        ("Adult services",),
        (),
        ("Education services",),
    ]


def test_a_common_text_that_holds_a_withheld_name_is_not_shown(
    engine: Engine, tmp_path: Path
) -> None:
    firms = [f"Beacon {n} Ltd" for n in range(5)]
    rows = [raw(n, payee_text=firms[n % 5], unit_text="Quince support services") for n in range(20)]
    rows += [raw(50, payee_text="Quince Support")]
    _, found = public(engine, rows, tmp_path / "lines.parquet")
    assert {row["unit_text"] for row in found} == {None}
    _, found = public(engine, rows[:20], tmp_path / "lines.parquet")
    assert {row["unit_text"] for row in found} == {"Quince support services"}


def test_no_canary_comes_out_anywhere(engine: Engine, tmp_path: Path) -> None:
    rows = []
    for n in range(40):
        payee = ["Beacon Care Ltd", CANARIES["payee"], CANARIES["sole trader"], "REDACTED"][n % 4]
        texts = {"unit_text": CANARIES["unit"], "expense_text": CANARIES["expense"]}
        rows.append(raw(n, payee_text=payee, label=CANARIES["payee"], **texts))
    rows.append(raw(99, payee_text=f"Beacon Care Ltd ({CANARIES['payee']})"))
    rows.append(raw(98, payee_text=f"{CANARIES['payee']} t/a Beacon Care Ltd"))
    path = tmp_path / "lines.parquet"
    titles = {CANARIES["file"]: "spend of Trafford", CANARIES["member"]: "spend of Trafford"}
    made, found = public(engine, rows, path, files=titles)
    told = json.dumps([found, made.payees.to_pylist(), made.texts], default=str)
    assert "canarino" not in told.casefold()
    assert b"canarino" not in path.read_bytes().lower()
    for canary in CANARIES.values():
        if canary not in (CANARIES["unit"], CANARIES["expense"]):
            assert leaks(made.hidden, texts={"f": [f"of {canary}, once"]}), canary
    assert not leaks(made.hidden, tables={"payees": made.payees}, texts=made.texts)


def test_a_name_in_a_column_of_codes_is_found_by_the_guard(engine: Engine, tmp_path: Path) -> None:
    rows = [raw(1, payee_text=CANARIES["payee"]), raw(2, stream_id="zebedee-canarino")]
    made, _ = public(engine, rows, tmp_path / "lines.parquet")
    [problem] = leaks(made.hidden, texts=made.texts)
    assert problem.where == "stream_id"
    assert "anarino" not in str(problem)


def test_who_pays_in_is_shown_by_a_public_label(engine: Engine, tmp_path: Path) -> None:
    rows = [
        raw(1, payee_text="Parliament of  Canaria", side="in"),
        raw(2, payee_text="Parliament of Canaria", side="out"),
        raw(3, payee_text="Quince", side="in"),
    ]
    labels = ["parliament of canaria"]
    made, found = public(engine, rows, tmp_path / "lines.parquet", labels=labels)
    told = {(row["side"], row["payee_kind"], row["payee"]) for row in found}
    assert told == {
        ("in", "organisation", "Parliament of Canaria"),
        ("out", "unrecognised", SUMMED_NAMES["unrecognised"]),
        ("in", "unrecognised", SUMMED_NAMES["unrecognised"]),
    }
    assert made.payees["pence"].to_pylist() == [0]


def test_lines_lie_in_the_order_of_pages(engine: Engine, tmp_path: Path) -> None:
    rows = [
        raw(n, year=year, body_id=body, amount_pence=amount)
        for n, (year, body, amount) in enumerate(
            (year, body, amount)
            for year in ("2017-18", "2016-17")
            for body in ("trafford", "salford")
            for amount in (5, -900, 70, 5)
        )
    ]
    _, found = public(engine, rows, tmp_path / "lines.parquet")
    assert [row["line_no"] for row in found] == list(range(16))
    keys = [(r["year"], r["body_id"], -abs(r["amount_pence"]), r["line_id"]) for r in found]
    assert keys == sorted(keys)
    again, _ = public(engine, rows[::-1], tmp_path / "again.parquet")
    assert again.rows == 16
    assert (tmp_path / "again.parquet").read_bytes() == (tmp_path / "lines.parquet").read_bytes()


def test_many_pages_are_one_file(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [raw(n, amount_pence=n) for n in range(50)]
    public(engine, rows, tmp_path / "one.parquet")
    monkeypatch.setattr(money, "_PAGE_ROWS", 7)
    _, found = public(engine, rows, tmp_path / "many.parquet")
    assert found == pq.read_table(tmp_path / "one.parquet").to_pylist()
    assert pq.ParquetFile(tmp_path / "many.parquet").num_row_groups == 8


def test_no_lines_are_no_lines(engine: Engine, tmp_path: Path) -> None:
    made, found = public(engine, [], tmp_path / "lines.parquet")
    assert (found, made.rows, made.payees.num_rows, made.names) == ([], 0, 0, {})


def test_a_line_that_stands_twice_is_our_fault(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(IdentityError) as error:
        public(engine, [raw(1), raw(1)], tmp_path / "lines.parquet")
    assert error.value.problems[0].code == "public_line_twice"


def test_sums_that_differ_are_never_written(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lossy(rows: Any, **how: Any) -> list[dict[str, Any]]:
        return [
            {**row, "amount_pence": row["amount_pence"] - 1} for row in fold_groups(rows, **how)
        ]

    monkeypatch.setattr(money, "fold_groups", lossy)
    with pytest.raises(IdentityError) as error:
        public(engine, [raw(1, payee_text="Canarino")], tmp_path / "lines.parquet")
    [problem] = error.value.problems
    assert problem.code == "public_sums_differ"
    assert "anarino" not in str(problem)


NAMES = st.sampled_from(
    ["Beacon Care Ltd", "Stem Plumbing", "Mrs U Sugden", "REDACTED", None, "Salford City Council"]
)
KIND = {
    "Beacon Care Ltd": "organisation",
    "Stem Plumbing": "unrecognised",
    "Mrs U Sugden": "individual",
    "REDACTED": "redacted",
    None: "none",
    "Salford City Council": "body",
}
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "payee_text": NAMES,
            "body_id": st.sampled_from(["trafford", "salford"]),
            "year": st.sampled_from(["2016-17", "2017-18"]),
            "nature": st.sampled_from(["purchase", "benefit"]),
            "function": st.sampled_from(["09", "10", None]),
            "cap_rev": st.sampled_from(["cur", "cap"]),
            "amount_pence": st.integers(-(10**12), 10**12),
        }
    ),
    max_size=60,
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ROWS)
def test_sums_and_kinds_agree_with_a_plain_reference(
    engine: Engine, tmp_path: Path, rows: list[dict[str, Any]]
) -> None:
    lines = [
        raw(
            n,
            **{**row, "low_pence": row["amount_pence"] - 1, "high_pence": row["amount_pence"] + 1},
        )
        for n, row in enumerate(rows)
    ]
    made, found = public(engine, lines, tmp_path / "lines.parquet")

    def totals(some: list[dict[str, Any]], kind: Any, count: Any) -> dict[Any, Any]:
        sums: dict[Any, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        for row in some:
            key = (row["year"], row["body_id"], row["nature"], row["cap_rev"], kind(row))
            amounts = (row[n] for n in ("amount_pence", "low_pence", "high_pence"))
            sums[key] = [a + b for a, b in zip(sums[key], (count(row), *amounts), strict=True)]
        return dict(sums)

    by_kind = totals(lines, lambda row: KIND[row["payee_text"]], lambda row: 1)
    assert totals(found, lambda row: row["payee_kind"], lambda row: row["lines"]) == by_kind
    shown = [row for row in lines if KIND[row["payee_text"]] in ("organisation", "body", "none")]
    assert Counter(
        row["amount_pence"] for row in found if row["payee_kind"] not in SUMMED_NAMES
    ) == (Counter(row["amount_pence"] for row in shown))
    for kind, one in made.withheld.items():
        inside = [row for row in lines if KIND[row["payee_text"]] == kind]
        assert one == {"lines": len(inside), "pence": sum(r["amount_pence"] for r in inside)}
    for row in found:
        if row["payee_kind"] in SUMMED_NAMES and row["function"] is not None:
            assert row["lines"] >= LEAST_SUMMED
    assert sum(row["lines"] for row in made.payees.to_pylist()) == sum(
        row["payee_text"] is not None for row in shown
    )


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 6), st.integers(1, 30)), max_size=14)
)
def test_few_lines_are_never_seen_by_what_is_missing(groups: list[tuple[str, int, int]]) -> None:
    unique = {(base, function): n for base, function, n in groups}
    rows = [
        {"base": base, "function": str(f) if f else None, "lines": n, "pence": n * 7, "x": f % 2}
        for (base, f), n in unique.items()
    ]
    found = fold_groups(rows, base=["base"], alike=["x"], amounts=["pence"])
    for base in "ab":
        mine = [row for row in found if row["base"] == base]
        total = sum(n for (b, _), n in unique.items() if b == base)
        assert sum(row["lines"] for row in mine) == total
        assert sum(row["pence"] for row in mine) == total * 7
        assert len({row["line_id"] for row in mine}) == len(mine)
        if total >= LEAST_SUMMED:
            assert all(row["lines"] >= LEAST_SUMMED for row in mine)
        else:
            assert len(mine) <= 1


def test_an_expression_of_several_files_is_taken(engine: Engine, tmp_path: Path) -> None:
    for n in range(2):
        pq.write_table(table([raw(n)]), tmp_path / f"raw{n}.parquet")
    lines = engine.read_parquet(sorted(tmp_path.glob("raw*.parquet")))
    made = public_lines(engine, lines.mutate(extra=ibis.literal(1)), register=REGISTER)
    assert made.rows == 2
