"""The wheel holds all that the program needs, front-end libraries too, or is not built."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what a wheel is built from."""
    copy = tmp_path / "tree"
    copy.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / name, copy)
    left_out = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src", copy / "src", ignore=left_out)
    shutil.copytree(ROOT / "scripts", copy / "scripts", ignore=left_out)
    return copy


def build(tree: Path) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "out"]
    return subprocess.run(words, cwd=tree, capture_output=True, text=True, check=False)


def test_the_hook_is_told_to_the_builder() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    hooks = project["tool"]["hatch"]["build"]["targets"]["wheel"]["hooks"]
    assert hooks["custom"]["path"] == "scripts/hatch_build.py"


def test_the_hook_knows_what_is_brought() -> None:
    from hatch_build import VENDOR

    script = (ROOT / "scripts/frontend.py").read_text("utf-8")
    brought = {
        path.relative_to(ROOT).as_posix()
        for folder in ("charts/vendor", "web/static/vendor")
        for path in (ROOT / "src/totalplace" / folder).iterdir()
    }
    assert brought == set(VENDOR)
    for name in VENDOR:
        assert Path(name).name in script


@pytest.mark.slow
def test_the_wheel_holds_code_data_templates_and_libraries(tree: Path) -> None:
    from hatch_build import VENDOR

    done = build(tree)
    assert done.returncode == 0, done.stderr
    (wheel,) = (tree / "out").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        echarts = archive.getinfo("totalplace/charts/vendor/echarts.min.js").file_size
    assert {name.removeprefix("src/") for name in VENDOR} <= names
    assert echarts > 500_000
    kinds = (".py", ".csv", ".toml", ".html", ".css", ".js", ".svg", ".typ")
    own = {
        path.relative_to(ROOT / "src").as_posix()
        for path in (ROOT / "src/totalplace").rglob("*")
        if path.suffix in kinds and "__pycache__" not in path.parts
    }
    assert own - names == set()
    assert [name for name in names if "__pycache__" in name or name.startswith("tests")] == []


@pytest.mark.slow
def test_without_the_libraries_no_wheel_is_built_and_it_is_said_why(tree: Path) -> None:
    (tree / "src/totalplace/charts/vendor/echarts.min.js").unlink()
    done = build(tree)
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "src/totalplace/charts/vendor/echarts.min.js" in said
    assert "python scripts/frontend.py" in said
    assert "Traceback" not in said
    assert not list(tree.glob("out/*.whl"))
