"""A case of 25 uncertain numbers, 15 years after the first, 6 bodies and 8 outcomes."""

from __future__ import annotations

__all__ = ["case_text"]

_BODIES = ("council", "trust", "police", "ministry", "dwp", "justice")


def case_text(seed: int = 1) -> str:
    """The case as TOML; another seed makes another case of the same size."""
    parts = [
        f"""case = {{id = "bench-{seed}", title = "Bench", edition = "greenbook-2026", \
price_base = "2024-25", base_year = 2024, horizon = 15, seed = {seed}}}""",
        "body = {"
        + ", ".join(
            f'{name} = {{tier = "{"local" if at < 3 else "national"}"}}'
            for at, name in enumerate(_BODIES)
        )
        + "}",
    ]
    for at in range(2):
        spread = f"low = {2 + at}, mode = {3 + at}, high = {5 + at}, "
        parts.append(f"""
[[activity]]
id = "activity-{at}"
cost = {{{spread}unit = "GBP m/year", price_year = "2023-24"}}
years = [0, {4 + at}]
payer = {{council = 0.5, trust = 0.3, {_BODIES[2 + at]} = 0.2}}
grade = {{data = 2, effect = 2, age = 1}}
source = "invented" """)
    parts += [_outcome(at, seed) for at in range(8)]
    return "\n".join(parts) + "\n"


def _outcome(at: int, seed: int) -> str:
    """One chain: effect and unit cost uncertain, of some take-up or drop-off too."""
    base = 0.02 + 0.01 * at
    takeup = f"{{low = 0.4, mode = 0.6, high = {0.7 + 0.01 * at}}}" if at < 4 else "0.6"
    dropoff = "{low = 0.05, mode = 0.15, high = 0.3}" if at in (0, 3, 6) else "0.15"
    first, second, third = (_BODIES[(at + step) % 6] for step in range(3))
    cashable = (
        "cashable = {share = 0.5, block = 8, release_lag = 1}"
        if at % 2
        else "cashable = {share = 0.4}"
    )
    worth = 4000 + 500 * at
    return f"""
[[outcome]]
id = "outcome-{at}"
cohort = {{value = {9000 + 10 * seed + 100 * at}, unit = "people"}}
takeup = {takeup}
baseline = {{value = {base:.3f}, unit = "per person per year"}}
effect = {{low = 0.05, mode = 0.15, high = 0.3, as = "relative", dist = "pert"}}
deadweight = 0.1
lag = {at % 3}
dropoff = {dropoff}
unit_cost = {{low = {worth}, mode = {worth * 2}, high = {worth * 4}, unit = "GBP per case", price_year = "2022-23", dist = "triangular"}}
split = {{{first} = 0.6, {second} = 0.3, {third} = 0.1}}
class = "{"transfer" if at == 7 else "fiscal"}"
{cashable}
grade = {{data = 2, effect = 3, age = 2}}
source = "invented" """  # noqa: E501 - an inline table of TOML stands on one line
