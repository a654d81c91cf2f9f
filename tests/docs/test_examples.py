"""What stands in the pages as an example runs."""

from __future__ import annotations

import doctest
import re
import shutil
from pathlib import Path

import docs_console
import pytest

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_GENERATED = "docs/reference/python.md"
"""Its examples are docstrings, which a test of their own runs."""


def blocks(text: str, language: str) -> list[str]:
    return [body for found, body in _FENCE.findall(text) if found == language]


def test_sessions_in_the_pages_give_what_they_show(pages: dict[str, str]) -> None:
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner()
    for name, text in pages.items():
        if name == _GENERATED:
            continue
        for body in blocks(text, "python"):
            if ">>>" in body:
                runner.run(parser.get_doctest(body, {}, name, name, 0))
    assert runner.tries > 2
    assert runner.failures == 0


@pytest.fixture(scope="module")
def folder(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the tiny place goes by the name of the demo."""
    work = tmp_path_factory.mktemp("work")
    shutil.copytree(tiny, work / "demo-place")
    (work / "payments.csv").write_text(
        "Supplier Name,Payment Date,Net Amount\nAcme Paving Ltd,03/04/2017,10.00\n"
    )
    return work


@pytest.mark.slow
@pytest.mark.parametrize(
    "page",
    [
        f"docs/how-to/{name}.md"
        for name in ("python", "case", "case-export", "settle-a-payee", "settle-transfers")
    ],
)
def test_the_python_of_a_guide_runs(page, pages, folder, monkeypatch, capsys) -> None:
    monkeypatch.chdir(folder)
    shutil.rmtree("trafford", ignore_errors=True)
    names: dict[str, object] = {}
    scripts = blocks(pages[page], "python")
    assert scripts
    for body in scripts:
        exec(compile(body, page, "exec"), names)
    assert capsys.readouterr().out
    if place := names.get("place"):
        place.close()


@pytest.mark.slow
def test_the_return_of_the_guide_is_read(pages: dict[str, str], tmp_path: Path) -> None:
    import totalplace

    registers, example = [], ""
    for number, body in enumerate(blocks(pages["docs/how-to/partner-return.md"], "text")):
        if body.startswith("Body,") and body.count("\n") > 1:
            example = body
        elif not body.startswith("Body,"):
            registers.append(tmp_path / f"{number}.csv")
            registers[-1].write_text(body)
    (tmp_path / "return.csv").write_text(example)
    made = totalplace.new_place(
        tmp_path / "trafford", name="Trafford", areas=["E08000009"], year="2017-18"
    )
    added = made.add(*registers, tmp_path / "return.csv").facts
    assert [(file.status, file.rejected) for file in added.files] == [("loaded", 0)] * 3
    counted = made.count("2017-18").facts
    assert counted.net_pence > 0


def test_the_keys_of_the_guide_are_read(pages: dict[str, str], tmp_path: Path) -> None:
    import totalplace

    paths = []
    for number, body in enumerate(blocks(pages["docs/how-to/swap-a-key.md"], "text")):
        paths.append(tmp_path / f"{number}.csv")
        paths[-1].write_text(body)
    made = totalplace.new_place(
        tmp_path / "bolton", name="Bolton", areas=["E08000001"], year="2017-18"
    )
    added = made.add(*paths).facts
    assert [(file.status, file.lines) for file in added.files] == [("loaded", 1)] * 2


@pytest.mark.parametrize("page", ["README.md", "docs/tutorial.md", "docs/reference/errors.md"])
def test_every_verb_that_a_page_types_exists(page, pages: dict[str, str]) -> None:
    from totalplace.cli import _app

    typed = re.findall(r"^\$ totalplace (\w+)", pages[page], re.MULTILINE)
    assert set(typed) <= set(_app.VERBS)


def test_every_command_of_the_guides_can_be_parsed(pages: dict[str, str]) -> None:
    """Options and arguments are those of the verbs; nothing is run."""
    import shlex

    import typer

    from totalplace.cli import _app, _run  # noqa: F401 - hangs the verbs on the app

    group = typer.main.get_command(_app.app)
    context = group.make_context(_app.PROGRAM, ["--help"], resilient_parsing=True)
    commands = []
    for text in pages.values():
        for body in blocks(text, "console"):
            for line in body.replace("\\\n", " ").splitlines():
                if line.startswith("$ totalplace "):
                    commands.append(shlex.split(line.removeprefix("$ totalplace ")))
    assert len(commands) > 30
    for words in commands:
        verb = group.get_command(context, words[0])
        verb.make_context(words[0], words[1:], parent=context)


def test_a_block_is_run_and_cut(monkeypatch) -> None:
    printed = "head\nnet 1\nnet 2222\nnet 3\nSnapshot 1, figure 00112233445566aa.\n"
    monkeypatch.setitem(docs_console._PROGRAMS, "totalplace", lambda words: printed)
    page = (
        "<!-- run from=net lines=2 width=6 -->\n```console\n$ totalplace count x\nold\n```\n"
        "<!-- run lines=0 -->\n```console\n$ totalplace explain x ffffffffffffffff\n```\n"
    )
    assert docs_console.page_as_run(page) == (
        "<!-- run from=net lines=2 width=6 -->\n```console\n$ totalplace count x\nnet 1\nnet 2…\n"
        "...\n```\n"
        "<!-- run lines=0 -->\n```console\n$ totalplace explain x 00112233445566aa\n...\n```\n"
    )


def test_a_command_is_run_again_only_after_a_change(monkeypatch) -> None:
    ran: list[str] = []
    monkeypatch.setitem(
        docs_console._PROGRAMS, "totalplace", lambda words: ran.append(words[0]) or f"{len(ran)}\n"
    )
    block = "<!-- run -->\n```console\n$ totalplace count x\n$ totalplace add x y\n```\n"
    printed: dict[str, str] = {}
    pages = [docs_console.page_as_run(block, printed) for _ in range(2)]
    assert ran == ["count", "add", "count", "add"]
    docs_console.page_as_run(block.replace("$ totalplace add x y\n", ""), printed)
    docs_console.page_as_run(block.replace("$ totalplace add x y\n", ""), printed)
    assert ran == ["count", "add", "count", "add", "count"]
    assert pages[1] == block.replace("count x\n", "count x\n3\n").replace("x y\n", "x y\n4\n")


def test_the_decision_of_the_tutorial_changes_net(pages: dict[str, str]) -> None:
    shown = re.search(r"^net +£[\d,.]+ +£[\d,.]+ +(\S+)$", pages["docs/tutorial.md"], re.MULTILINE)
    assert shown is not None
    assert shown[1].startswith("-£")
    assert shown[1] != "-£0.00"


@pytest.mark.long
def test_the_tour_and_the_tutorial_show_what_is_printed_now(root: Path) -> None:
    printed: dict[str, str] = {}
    with docs_console.session():
        for name in docs_console.PAGES:
            text = (root / name).read_text("utf-8")
            assert docs_console.page_as_run(text, printed) == text, (
                "run python scripts/docs_console.py"
            )
