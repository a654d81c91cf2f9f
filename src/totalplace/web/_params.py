"""What the address of a page may hold: typed, and refused with all faults at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from totalplace.errors import Problem, RequestError

__all__ = ["MoneyParams", "Params", "parse"]

P = TypeVar("P", bound="Params")


class Params(BaseModel):
    """The parameters of a page. An address holds the whole state of what is seen."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=500)

    at: int | None = Field(
        None, ge=1, le=10**9, description="Number of the publication; by default the latest."
    )

    def query(self, **changes: object) -> str:
        """The parameters that are not as by default as a query, with some changed.

        A change to None takes the parameter out.
        """
        values = self.model_dump(exclude_defaults=True, exclude=set(self.path_fields())) | changes
        kept = {name: value for name, value in values.items() if value is not None}
        return "?" + urlencode(kept, doseq=True) if kept else ""

    def at_query(self) -> str:
        """The query that leads to another page of the same publication."""
        return "" if self.at is None else f"?at={self.at}"

    @classmethod
    def path_fields(cls) -> tuple[str, ...]:
        """The parameters that stand in the path."""
        return tuple(name for name, field in cls.model_fields.items() if field.is_required())


class MoneyParams(Params):
    """What every page of money takes."""

    year: str | None = Field(None, description="Financial year, such as 2017-18.")
    per: Literal["head", "household"] | None = Field(
        None, description="Show amounts per head or per household."
    )
    key: str | None = Field(None, description="The key by which shared money is apportioned.")
    real: str | None = Field(None, description="In the prices of this year.")


def parse(model: type[P], query: Mapping[str, str], path: Mapping[str, str]) -> P:
    """The parameters of a page from its query and its path.

    Empty values of a query are left out: a form sends them for what was not chosen.

    Raises:
        RequestError: with every fault (`bad_parameter`).
    """
    values = {name: value for name, value in query.items() if value != ""}
    try:
        return model.model_validate({**values, **path})
    except ValidationError as error:
        problems = []
        for fault in error.errors(include_url=False, include_context=False, include_input=False):
            name = ".".join(map(str, fault["loc"])) or "query"
            is_unknown = fault["type"] == "extra_forbidden"
            known = ", ".join(sorted(model.model_fields))
            problems.append(
                Problem(
                    "bad_parameter",
                    "this page has no such parameter"
                    if is_unknown
                    else "a part of the address cannot be read",
                    name[:100],
                    f"it takes {known}" if is_unknown else fault["msg"],
                    "take it out of the address" if is_unknown else "change it, or take it out",
                )
            )
        raise RequestError(problems) from error
