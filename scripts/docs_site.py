"""The reference page of the site: every page, from the map that the site is made from."""

from __future__ import annotations

import re
from collections.abc import Iterator

from docs_django import set_up
from docs_text import GENERATED, table

__all__ = ["PAGE", "text"]

PAGE = "reference/site.md"

_HEAD = """# The site

Every page of the site, with what its address may hold. [Serve it](../how-to/serve.md),
[deploy it](../how-to/deploy.md).

- Each page is also there as `.csv`, `.xlsx`, `.parquet` and `.json`, at its address without the
  last slash: `/money/` is `/money.csv`. The first page is `/index.csv`.
- Each page with a mark under *API* is there as `/api/v1` and its address without the last slash.
- Charts stand at the same address with `.<name>.svg` or `.<name>.png`; `.narrow` before the
  ending draws them for small screens, `.dark` for dark ones.
- Every page takes `at`: the number of the publication; by default the latest.
- An address with a parameter that its page does not have is refused with status 400, and says
  which there are.
- *Access* says who may see a page. All pages are public: they hold publications alone.
"""

_BESIDE = (
    (
        "`/data/files/<path>`",
        "a file of the publication as it stands there; `at` chooses the publication",
    ),
    (
        "`/data/catalogue.jsonld`",
        "the publication described for catalogues: schema.org and DCAT",
    ),
    (
        "`/reports/count-<year>.<suffix>`",
        "a report of the publication: `html`, `docx`, `pdf` or `xlsx`",
    ),
    (
        "`/cite.bib`, `/cite.ris`",
        "a citation for programs of references; `/cite.json` is CSL-JSON",
    ),
    ("`/api/v1/openapi.json`", "the API described: OpenAPI 3.1"),
    ("`/api/v1/docs`", "the same for people"),
    ("`/sitemap.xml`, `/robots.txt`", "for search engines"),
    ("`/healthz`", "`ok`, for the one who watches over it"),
    ("`/colour.css`", "the colour of the header, by setting"),
    ("`/static/`", "style sheets and scripts"),
)
"""Addresses that are no pages, and what they are. All are public."""


def text() -> str:
    """The page."""
    set_up()
    from totalplace.web import _pages
    from totalplace.web._registry import PAGES

    assert _pages.MODULES
    specs = sorted(PAGES.values(), key=lambda spec: spec.path)
    rows = [
        [f"`/{_plain(spec.path)}`", spec.summary, "yes" if spec.has_endpoint else "", spec.access]
        for spec in specs
    ]
    parts = [
        GENERATED,
        _HEAD,
        "## Pages\n",
        table(["address", "what it shows", "API", "access"], rows),
        "\n## Parameters\n",
    ]
    for spec in specs:
        told = list(_parameters(spec.params))
        if told:
            parts += [f"### `/{_plain(spec.path)}`\n", table(["parameter", "meaning"], told), ""]
    beside = [[address, what, "public"] for address, what in _BESIDE]
    parts += ["## Beside the pages\n", table(["address", "what it is", "access"], beside)]
    return "\n".join(parts) + "\n"


def _plain(path: str) -> str:
    return re.sub(r"<str:(\w+)>", r"<\1>", path)


def _parameters(params: type) -> Iterator[list[str]]:
    fields = params.model_fields  # type: ignore[attr-defined]
    in_path = params.path_fields()  # type: ignore[attr-defined]
    for name in [*in_path, *(name for name in fields if name not in in_path)]:
        if name != "at":
            yield [f"`{name}`", fields[name].description or ""]
