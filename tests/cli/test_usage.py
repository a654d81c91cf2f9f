"""The command as typed: help, wrong words, interruption and faults of ours."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest
import typer
import typer.main

from cli.conftest import Run
from totalplace import _api
from totalplace.cli import _app, _made_verbs, _run
from totalplace.errors import FileRefused, Problem

VERBS = list(_app.VERBS)
_WITHOUT_A_PLACE = {"new", "formats", "claims", "bench"} | {
    "case", "discount", "ladder", "portfolio", "unitcosts",
}  # fmt: skip


def test_every_verb_of_the_list_hangs_on_the_app_and_no_other() -> None:
    group = typer.main.get_command(_run.app)
    assert set(group.commands) == set(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_help_is_sentences_with_an_example_and_json(run: Run, verb: str) -> None:
    ran = run(verb, "--help")
    assert ran.code == 0
    assert ran.err == ""
    assert f"\n    totalplace {verb}" in ran.out
    assert "--json" in ran.out
    function = next(c.callback for c in _app.app.registered_commands if c.name == verb)
    lines = (inspect.getdoc(function) or "").split("\n\n")
    assert all(part.rstrip().endswith((".", "?")) for part in lines)


def test_no_words_show_what_there_is(run: Run) -> None:
    ran = run()
    assert ran.code == 0
    assert all(f"\n  {verb} " in ran.out for verb in VERBS)


def test_version(run: Run) -> None:
    assert run("--version").out.startswith("totalplace 0.")


@pytest.mark.parametrize(
    ("words", "code", "found"),
    [
        (["count", "x", "--foo"], "unknown_option", "totalplace count --foo"),
        (["cuont"], "unknown_verb", "did you mean 'count'"),
        (["count", "x", "--at", "two"], "bad_value", "totalplace count --at two"),
        (["count", "x", "--at=two"], "bad_value", "totalplace count --at two"),
        (["diff", "x", "1"], "missing_argument", "totalplace diff M"),
        (["count"], "missing_argument", "totalplace count DIR"),
        (["add", "x", "--body"], "bad_option", "requires an argument"),
        (["explain", "x", "y", "z"], "bad_command", "unexpected extra argument"),
        (["explain", "x", "y", "--offset", "-1"], "bad_value", "greater than or equal to 0"),
        (["bench", "count", "--lines", "0"], "bad_value", "greater than or equal to 1"),
    ],
)
def test_wrong_words_are_told_like_every_problem(
    run: Run, words: list[str], code: str, found: str
) -> None:
    told = run(*words)
    assert told.code == 2
    assert told.out == ""
    assert found in told.err
    assert all(f"  {part}:" in told.err for part in ("where", "why", "fix"))
    if "z" not in words:
        as_json = run(*words, "--json")
        assert as_json.code == 2
        if code != "bad_option":
            assert as_json.codes == [code]


@pytest.mark.slow
@pytest.mark.parametrize("verb", sorted(set(VERBS) - _WITHOUT_A_PLACE))
def test_a_folder_that_is_no_place(run: Run, tmp_path: Path, verb: str) -> None:
    (tmp_path / "file").write_text("")
    words = {
        "explain": [tmp_path, "0123456789abcdef"],
        "diff": [tmp_path, 1, 2],
        "demo": ["--dir", tmp_path],
        "template": [tmp_path, "-o", tmp_path / "return.xlsx"],
        "export": [tmp_path, "--fdp", tmp_path / "package"],
        "report": [tmp_path, "-o", tmp_path / "count.pdf"],
        "withdraw": [tmp_path, 1, "--reason", "a test"],
        "propose": [tmp_path, tmp_path / "file"],
        "user": ["list", tmp_path],
        "serve": [tmp_path, "--port", 0],
        "audit": ["verify", tmp_path],
        "backup": [tmp_path, "-o", tmp_path / "place.zip"],
        "restore": [tmp_path / "file", tmp_path],
        "queue": [tmp_path, "transfers"],
        "effect": [tmp_path, "0123456789abcdef"],
    }.get(verb, [tmp_path])
    ran = run(verb, *words, "--json")
    assert ran.code == 2
    codes = dict.fromkeys(["synth", "demo", "restore"], "folder_in_use")
    assert ran.codes == [codes.get(verb, "no_place")]
    assert str(tmp_path) in ran.err


def test_an_interrupted_run(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(_api, "formats", stop)
    ran = run("formats", "--json")
    assert ran.code == 130
    assert ran.codes == ["interrupted"]
    assert "nothing is half done" in ran.err


def test_an_error_of_the_system(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device", "/somewhere")

    monkeypatch.setattr(_api, "formats", full)
    ran = run("formats")
    assert ran.code == 2
    assert "where: /somewhere" in ran.err
    assert "No space left on device" in ran.err


def test_a_refused_file_is_exit_code_1(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise FileRefused(Problem("no_header_row", "no header", "a.csv", "none", "add one"))

    monkeypatch.setattr(_api, "formats", refuse)
    assert run("formats").code == 1


def test_a_fault_of_ours_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ZeroDivisionError("division by zero\nand more")

    monkeypatch.setattr(_api, "formats", fail)
    ran = run("formats", "--json")
    assert ran.code == 1
    assert ran.codes == ["internal_fault"]
    assert ran.err.count("\n") == 1
    assert "ZeroDivisionError: division by zero" in ran.err
    assert "please report" in ran.err


def test_a_fault_of_ours_shows_where_when_asked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(_api, "formats", fail)
    monkeypatch.setenv("TOTALPLACE_DEBUG", "1")
    assert _main("formats") == 1
    assert "Traceback" in capsys.readouterr().err


def _main(*words: str) -> int:
    from totalplace.cli import main

    return main(words)


@pytest.mark.slow
def test_a_reader_that_goes_away_is_no_error() -> None:
    code = "import sys; from totalplace.cli import main; sys.exit(main(['claims', '--json']))"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


def test_benches_need_a_checkout(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "lib" / "totalplace" / "__init__.py"
    monkeypatch.setattr(_made_verbs.totalplace, "__file__", str(package))
    ran = run("bench", "--json")
    assert ran.code == 2
    assert ran.codes == ["no_checkout"]


def test_benches_are_listed_and_run(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "src" / "totalplace"
    source.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "totalplace"\n')
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench" / "_shared.py").write_text("")
    (tmp_path / "bench" / "echo.py").write_text(
        "import json, sys\nprint(json.dumps({'words': sys.argv[1:]}))\n"
    )
    (tmp_path / "bench" / "fail.py").write_text("raise SystemExit(3)\n")
    monkeypatch.setattr(_made_verbs.totalplace, "__file__", str(source / "__init__.py"))
    assert run("bench", "--json").document == {"benches": ["echo", "fail"]}
    assert run("bench", "echo", "--lines", 5, "--json").document == {
        "words": ["--lines", "5", "--json"]
    }
    assert run("bench", "nope", "--json").codes == ["unknown_bench"]
    assert "exit code 3" in run("bench", "fail").err
