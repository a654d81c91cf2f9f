"""Whatever is registered in the code is in the reference: nothing new without a word about it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from pathlib import Path

import docs_errors
import pytest

import tiny_place
import totalplace
from totalplace import count
from totalplace._api._decide import KINDS
from totalplace.claims import VERDICTS
from totalplace.classify import ROUTES
from totalplace.cli import _app
from totalplace.count._bulk import CardAccount
from totalplace.count._net import BESIDE_ROLES
from totalplace.engine import ENGINES
from totalplace.model import TABLES, load
from totalplace.model._tables import BASES, GRADES, PAYEE_KINDS, STATUSES, TIERS
from totalplace.place import Member, Source
from totalplace.sources import formats
from totalplace.sources._report import SKIPPED

pytestmark = pytest.mark.slow


def missing(words: Iterable[str], text: str) -> list[str]:
    """Words that do not stand as code anywhere in a text."""
    return [word for word in words if not re.search(rf"`{re.escape(word)}[`.]", text)]


def test_a_word_that_nobody_documents_is_found() -> None:
    assert missing(["net", "gross", "fuss"], "`gross` less `net.x`") == ["fuss"]


def test_every_verb_has_its_help_and_its_json(pages: dict[str, str]) -> None:
    command_line = pages["docs/reference/command-line.md"]
    assert [verb for verb in _app.VERBS if f"<!-- help:{verb} -->" not in command_line] == []
    json = pages["docs/reference/json.md"]
    assert [verb for verb in _app.VERBS if f"`{verb}" not in json] == []


def test_every_format_has_a_section(pages: dict[str, str]) -> None:
    page = pages["docs/reference/formats.md"]
    assert [one.id for one in formats() if f"### `{one.id}`" not in page] == []


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(count.BY, id="splits"),
        pytest.param(count.PER, id="denominators"),
        pytest.param(load("nature")["nature"].to_pylist(), id="natures"),
        pytest.param(load("control")["control"].to_pylist(), id="controls"),
        pytest.param(GRADES, id="grades"),
        pytest.param(BASES, id="bases"),
        pytest.param(STATUSES, id="statuses"),
        pytest.param(TIERS, id="tiers"),
        pytest.param(BESIDE_ROLES, id="measures-beside"),
        pytest.param(
            ("gross", "eliminated", "listed", "financing", "funding", "received"), id="measures"
        ),
    ],
)
def test_the_words_of_a_count_are_on_their_page(words, pages: dict[str, str]) -> None:
    assert missing(words, pages["docs/reference/measures.md"]) == []


def test_every_identity_is_explained(tiny: Path, pages: dict[str, str]) -> None:
    with totalplace.open_place(tiny) as place:
        counted = place.count(at=1)
    assert missing(counted.facts.identities, pages["docs/reference/measures.md"]) == []


def _fields(document, name: str) -> list[str]:
    """Fields of the entries of a list that this place may leave empty, from its facts."""
    facts = {"published": count.Comparison, "cards": CardAccount}[name]
    assert name in document
    names = [field.name for field in dataclasses.fields(facts)]
    return [name.replace("_pence", "_gbp") for name in names]


@pytest.mark.long
def test_every_field_of_the_json_forms_is_explained(tmp_path: Path, pages: dict[str, str]) -> None:
    text = pages["docs/reference/json.md"]
    with tiny_place.make_place(tmp_path) as place:
        counted = place.count(by=["area", "cap_rev"], per="head", key="U")
        net = counted.net.figure_id
        line = place.explain(net).facts.lines[0].line_id
        spend = tiny_place.write_spend(tmp_path)
        proposed = place.propose(spend).document
        added = place.add(spend).document["files"][0]
        classified = place.classify(evaluate=True).document
        rejects = place.rejects().document
        documents = {
            "propose": proposed,
            "a member": proposed["members"][0],
            "a column": proposed["members"][0]["columns"][0],
            "a reading": proposed["members"][0]["reading"],
            "add": added,
            "count": counted.document,
            "row": counted.document["rows"][0],
            "before": counted.document["before"],
            "reconcile": place.reconcile().document,
            "explain figure": place.explain(net).document,
            "explain line": place.explain(line).document,
            "trace": place.trace().document,
            "diff": place.diff(1, 1).document,
            "check": place.check().document,
            "snapshot": place.snapshot().document,
            "decide": place.decide().document,
            "classify": classified,
            "evaluation": classified["evaluation"],
            "payees": place.payees().document,
            "rejects": rejects,
            "rejects of a member": rejects["members"][0],
            "a reject": rejects["members"][0]["rejects"][0],
            "returns": place.returns().document,
            "a body's return": place.returns().document["bodies"][0],
            "a return": place.returns().document["bodies"][0]["sources"][0],
            "template": place.template(tmp_path / "return.xlsx").document,
            "export": place.export(tmp_path / "package").document,
            "published": dict.fromkeys(_fields(counted.document, "published")),
            "cards": dict.fromkeys(_fields(counted.document, "cards")),
            "claim": totalplace.evaluate_claims().document["claims"][0],
            "format": totalplace.formats().document["formats"][0],
        }
    lacking = {
        name: found
        for name, document in documents.items()
        if (found := missing([field for field in document if not field.endswith("_name")], text))
    }
    assert lacking == {}


def test_every_table_and_field_is_in_the_reference(pages: dict[str, str]) -> None:
    page = pages["docs/reference/tables.md"]
    sections = dict(re.findall(r"### `(\w+)`\n(.*?)(?=\n\([\w-]+\)=\n|\Z)", page, re.DOTALL))
    assert sorted(sections) == sorted(TABLES)
    lacking = {
        table: found
        for table, spec in TABLES.items()
        if (found := missing(spec.fields, sections[table]))
    }
    assert lacking == {}


def test_every_closed_value_is_in_the_reference(pages: dict[str, str]) -> None:
    fields = [field for spec in TABLES.values() for field in spec.fields.values()]
    values = {value for field in fields for value in field.values}
    assert missing(sorted(values), pages["docs/reference/tables.md"]) == []


@pytest.mark.parametrize(
    ("module", "pattern", "page"),
    [
        pytest.param("_transfers", r'(?:rule|[A-Z_]+) = "([a-z_]+)"', "measures", id="rules"),
        pytest.param("_match", r'^ +\(+"([a-z_]+)", [_\[]', "measures", id="levels"),
        pytest.param("_match", r'level=ibis.literal\("([a-z_]+)"\)', "measures", id="unmatched"),
        pytest.param("_match", r', "(pay\w+_only)"\)', "measures", id="one side"),
        pytest.param(
            "_reconcile", r'(?:key = |\[|\()"([a-z_]+)", (?:f"|row|")', "measures", id="rows"
        ),
    ],
)
def test_the_words_that_the_count_gives_are_told(
    module: str, pattern: str, page: str, root: Path, pages: dict[str, str]
) -> None:
    text = (root / "src" / "totalplace" / "count" / f"{module}.py").read_text("utf-8")
    words = re.findall(pattern, text, re.MULTILINE)
    assert words
    assert missing(words, pages[f"docs/reference/{page}.md"]) == []


@pytest.mark.parametrize(
    ("words", "page"),
    [
        pytest.param(VERDICTS, "claim-equations", id="verdicts"),
        pytest.param(SKIPPED, "formats", id="kinds of skipped records"),
        pytest.param(SKIPPED, "json", id="kinds of skipped records in JSON"),
        pytest.param(("loaded", "already_there", "refused", "quarantined"), "errors", id="files"),
    ],
)
def test_other_words_are_on_their_page(words, page: str, pages: dict[str, str]) -> None:
    assert missing(words, pages[f"docs/reference/{page}.md"]) == []


def test_units_and_qualifiers_of_claims_are_listed(pages: dict[str, str]) -> None:
    from totalplace.claims._load import COLUMNS
    from totalplace.claims._numbers import QUALIFIERS, UNITS

    page = pages["docs/reference/claim-equations.md"]
    assert missing([*UNITS, *filter(None, QUALIFIERS), *COLUMNS], page) == []


def test_kinds_of_decision_are_told(pages: dict[str, str]) -> None:
    guides = ("settle-a-payee", "settle-transfers", "partner-return", "publish")
    told = "".join(pages[f"docs/how-to/{guide}.md"] for guide in guides)
    assert [kind for kind in KINDS if f"--what {kind}" not in told] == []


def test_kinds_of_payee_are_told(reference: str) -> None:
    assert missing(PAYEE_KINDS, reference) == []


def test_every_environment_variable_has_a_row(root: Path, pages: dict[str, str]) -> None:
    texts = [root / "Makefile"]
    for folder in ("src", "tests", "scripts", "bench"):
        texts += (root / folder).rglob("*.py")
    name = re.compile(r"TOTALPLACE_[A-Z_]+[A-Z]")
    used = {found for path in texts for found in name.findall(path.read_text("utf-8"))}
    assert {"TOTALPLACE_DEBUG", "TOTALPLACE_REAL_DATA"} <= used
    # of the workbench's settings, those that are worked out from others
    used -= {"TOTALPLACE_PLACE", "TOTALPLACE_FOLDER", "TOTALPLACE_HAS_WORKBENCH"}
    assert missing(sorted(used), pages["docs/reference/environment.md"]) == []


def test_every_exit_code_is_explained(pages: dict[str, str]) -> None:
    codes = {
        error.exit_code
        for name in totalplace.__all__
        if isinstance(error := getattr(totalplace, name), type) and issubclass(error, Exception)
    }
    page = pages["docs/reference/errors.md"]
    assert {0, *codes} == {int(found) for found in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)}


def test_every_error_stands_in_the_tree(pages: dict[str, str]) -> None:
    from totalplace import errors

    page = pages["docs/reference/errors.md"]
    assert [name for name in errors.__all__ if name not in page] == []


def test_codes_that_users_meet_are_gathered() -> None:
    found = docs_errors.codes()
    assert {"no_header_row", "third_decimal", "unknown_area", "bad_date", "no_such_year"} <= set(
        found
    )
    assert found["no_header_row"] == {"the file has no header row"}


def test_what_the_how_to_says_of_codes_is_true(pages: dict[str, str]) -> None:
    known = set(docs_errors.codes())
    for name in ("docs/how-to/add-a-file.md",):
        rows = re.findall(r"^\| (`[^|]+`) \|", pages[name], re.MULTILINE)
        told = {code for row in rows for code in re.findall(r"`([a-z_]+)`", row)}
        assert told
        assert sorted(told - known) == []


def test_what_a_place_holds_on_disk_is_told(tiny: Path, pages: dict[str, str]) -> None:
    page = pages["docs/reference/place-on-disk.md"]
    entries = [path.name for path in tiny.iterdir()]
    assert "decisions" in entries
    steps = [f"tables/{path.name}" for path in (tiny / "tables").iterdir()]
    assert "tables/classify" in steps
    datasets = [path.name for path in (tiny / "lines").iterdir()]
    assert [name for name in [*entries, *steps] if name not in page] == []
    assert missing(datasets, page) == []


def test_every_dataset_that_a_reader_writes_is_told(root: Path, pages: dict[str, str]) -> None:
    folder = root / "src" / "totalplace" / "sources"
    texts = [path.read_text("utf-8") for path in folder.glob("*.py")]
    found = {name for text in texts for name in re.findall(r'dataset="(\w+)"', text)}
    assert {"spend", "ro", "benefit"} <= found
    assert missing(sorted(found), pages["docs/reference/place-on-disk.md"]) == []


def test_every_route_of_a_function_is_told(pages: dict[str, str]) -> None:
    assert missing(ROUTES, pages["docs/reference/measures.md"]) == []


def test_every_bench_is_explained(root: Path, pages: dict[str, str]) -> None:
    page = pages["docs/reference/benchmarks.md"]
    names = [path.stem for path in (root / "bench").glob("[a-z]*.py")]
    assert len(names) >= 4
    assert [name for name in names if f"\n## {name}\n" not in page] == []


def test_engines_are_told(pages: dict[str, str]) -> None:
    assert [name for name in ENGINES if name not in pages["docs/reference/place-on-disk.md"]] == []


def test_the_python_page_has_every_public_name(pages: dict[str, str]) -> None:
    page = pages["docs/reference/python.md"]
    assert missing(totalplace.__all__, page) == []
    verbs = [name for name in vars(totalplace.Place) if not name.startswith("_")]
    assert [name for name in verbs if f"`Place.{name}`" not in page] == []
    fields = [*Source.__dataclass_fields__, *Member.__dataclass_fields__]
    assert missing(fields, page) == []


def test_the_glossary_defines_each_word_once_and_in_order(pages: dict[str, str]) -> None:
    body = pages["docs/glossary.md"].split("```{glossary}")[1].split("```")[0]
    terms = [line for line in body.splitlines() if line and not line.startswith(" ")]
    assert len(terms) > 50
    assert terms == sorted(set(terms), key=str.casefold)


def test_every_nature_and_the_main_figures_are_in_the_glossary(pages: dict[str, str]) -> None:
    glossary = pages["docs/glossary.md"]
    words = [*load("nature")["nature"].to_pylist(), "gross", "net", "coverage", "figure", "grade"]
    assert [word for word in words if not re.search(rf"\b{word}\b", glossary)] == []


def test_every_decision_has_a_number_of_its_own_and_a_status(pages: dict[str, str]) -> None:
    names = [name for name in pages if re.search(r"docs/decisions/\d", name)]
    numbers = [Path(name).name[:4] for name in names]
    assert numbers == [f"{n:04}" for n in range(1, len(names) + 1)]
    for name, number in zip(names, numbers, strict=True):
        assert pages[name].startswith(f"# {number}: ")
        assert "**Status**:" in pages[name]
        assert len(pages[name].split()) < 350
