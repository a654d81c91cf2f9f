"""The forms of the API's answers, field by field: what its description says of them."""

from __future__ import annotations

from typing import Any

from ninja import Field, Schema
from pydantic import ConfigDict

__all__ = ["PageDocument", "ProblemsDocument"]


class AreaDocument(Schema):
    """An area that the place is made of."""

    code: str = Field(description="Its code.")
    name: str = Field(description="Its name.")


class PlaceDocument(Schema):
    """The place that figures are of."""

    id: str = Field(description="Its identifier.")
    name: str = Field(description="Its name.")
    areas: list[AreaDocument] = Field(description="The areas that it is made of.")


class PublicationDocument(Schema):
    """The publication that figures are bound to. It never changes."""

    n: int = Field(description="Its number; `at` takes it.")
    place: PlaceDocument = Field(description="The place.")
    published: str = Field(description="The day when it was published, ISO.")
    content_hash: str = Field(description="SHA-256 of the snapshot that it shows.")


class LicenceDocument(Schema):
    """The licence under which figures may be used again."""

    id: str = Field(description="Identifier, SPDX's where it has one.")
    title: str = Field(description="Its name.")
    url: str = Field(description="Where its text stands; may be empty.")


class ColumnDocument(Schema):
    """A column of a table."""

    name: str = Field(description="Name of the field in each row.")
    label: str = Field(description="Heading that people read.")
    kind: str = Field(
        description="What its values are: `text`, `code`, `gbp` (pounds as text with pence),"
        " `number` (a whole number), `decimal` (an exact number, as text), `pct` (percent),"
        " `grade` (A to E or X) or `date` (ISO, as text)."
    )


class RowDocument(Schema):
    """A row: a value or null for each column of its table."""

    model_config = ConfigDict(extra="allow")

    links: dict[str, str] | None = Field(
        None,
        description="Name of a column -> address on this site that its value leads to; left out"
        " where nothing leads on.",
    )


class TableDocument(Schema):
    """A table of a page, with all of its columns and rows."""

    caption: str = Field(description="What it shows, with unit and year.")
    columns: list[ColumnDocument] = Field(description="Its columns in order.")
    rows: list[RowDocument] = Field(description="Its rows in the order of the page.")


class PageDocument(Schema):
    """A page: what it is of, its tables with the links of their cells, its licence and sources."""

    model_config = ConfigDict(extra="allow")

    title: str = Field(description="Heading of the page.")
    address: str = Field(description="Address of the page, with its parameters.")
    publication: PublicationDocument | None = Field(
        description="What its figures are of; null of a page without figures."
    )
    year: str | None = Field(description="Financial year of its figures; null of several or none.")
    unit: str = Field(description="Unit of amounts: `GBP`.")
    tables: dict[str, TableDocument] = Field(description="Its tables by name.")
    charts: list[str] = Field(
        description="Names of its charts: the page's address with `.<name>.svg` or `.<name>.png`"
        " draws one."
    )
    document: Any = Field(
        None,
        description="What the page's `.json` holds, where that has a form of its own: the object of"
        " `count --json`, a citation as CSL-JSON.",
    )
    licence: LicenceDocument | None = Field(
        None, description="The licence of the publication; left out of a page without figures."
    )
    attributions: list[str] | None = Field(
        None, description="What must be said for the sources, one text a publisher and licence."
    )


class ProblemDocument(Schema):
    """One thing that is wrong, and how to mend it."""

    code: str = Field(description="Stable word for the kind of problem.")
    what: str = Field(description="What is wrong.")
    where: str = Field(description="In which part of the request.")
    why: str = Field(description="Why it is wrong.")
    fix: str = Field(description="What can be done.")


class ProblemsDocument(Schema):
    """Why there is no answer: every problem at once."""

    problems: list[ProblemDocument] = Field(description="The problems.")
