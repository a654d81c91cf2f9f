"""Sphinx settings. The build takes nothing from the network: no other site's index, no fonts."""

from importlib.metadata import version as _version

project = "totalplace"
author = "The totalplace contributors"
project_copyright = "2026 The totalplace contributors"
release = version = _version("totalplace")
language = "en-GB"

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
# "pycon" and "console" blocks hold output too, which no lexer need understand
highlight_language = "none"

html_theme = "furo"
html_title = f"totalplace {release}"
html_show_sphinx = False
html_copy_source = False
