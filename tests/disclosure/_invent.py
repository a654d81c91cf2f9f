"""Invents names of people and of organisations, shaped as council payments are. No test of its own.

First and family names are common ones of the peoples of England, put together by chance; no name is
taken from a payment file. ``python tests/disclosure/_invent.py`` writes ``invented.csv`` again.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from pathlib import Path


def _cultures() -> dict[str, tuple[list[str], list[str]]]:
    """Culture -> first names and family names."""
    with Path(__file__).with_name("name_parts.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["culture"]: (row["first"].split("|"), row["family"].split("|"))
            for row in csv.DictReader(file)
        }


CULTURES = _cultures()
TITLES = "Mr|Mrs|Miss|Ms|Mx|Dr|Rev|Cllr|Prof|Sir|MR|MRS|MISS|Mr.|Mrs.|Councillor|Pastor"
TRADES = (
    "Plumbing|Joinery|Taxis|Private Hire|Catering|Gardening Services|Window Cleaning|Photography"
    "|Childminding|Driving School|Music Tuition|Decorators|Electrical|Building Contractor|Farm"
    "|Interpreting|Consultancy|Training|Physiotherapy|Chiropody|Minibus Hire|Removals|Upholstery"
    "|Roofing|Dance Academy|Theatre|Nursery|Pharmacy|Solicitors|Dental Surgery|Garage|Newsagents"
    "|Art|Design|Couriers|Coaching|School of Motoring|Karate|Yoga|Counselling|Homes|Properties"
)
NEAR = "Flixley|Marlbrook|Oakenshaw|Thornby|Wexcombe|Aldersea|Birchover|Crannock"
PUBLIC = (
    "Primary School|Parish Council|Community Centre|High School|Housing Association|Medical Centre"
)


SAINTS = "St Mary's|St Bede's|St Cuthbert's|Holy Family|All Saints"


def _one(random_: random.Random, listed: str) -> str:
    return random_.choice(listed.split("|"))


def _name(random_: random.Random) -> tuple[str, str]:
    first, family = CULTURES[random_.choice(list(CULTURES))]
    return random_.choice(first), random_.choice(family)


def person(random_: random.Random) -> tuple[str, str]:
    """A name and its shape."""
    first, family = _name(random_)
    second, other = _name(random_)
    title, trade = _one(random_, TITLES), _one(random_, TRADES)
    place, public = _one(random_, NEAR), _one(random_, PUBLIC)
    company = f"{_one(random_, NEAR)} {random_.choice(['Care', 'Homes', 'Support'])} Ltd"
    number = random_.randrange(1000, 99999)
    i, j = first[0], second[0]
    shapes: list[tuple[str, int, Callable[[], str]]] = [
        ("plain", 12, lambda: f"{first} {family}"),
        ("middle name", 5, lambda: f"{first} {second} {family}"),
        ("title", 10, lambda: f"{title} {first} {family}"),
        ("title and initial", 8, lambda: f"{title} {i} {family}"),
        ("initials", 8, lambda: f"{i} {j} {family}"),
        ("initials with dots", 3, lambda: f"{i}.{j}. {family}"),
        ("initials together", 2, lambda: f"{i}{j} {family}"),
        ("initials together", 1, lambda: f"{family} {i}{j}{other[0]}"),
        ("three initials", 2, lambda: f"{i} {j} {family[0]} {other}"),
        ("reversed", 6, lambda: f"{family}, {first}"),
        ("reversed without a comma", 5, lambda: f"{family} {first}"),
        ("reversed initials", 6, lambda: f"{family} {i} {j}"),
        ("reversed title", 3, lambda: f"{family} {first} {title}"),
        ("double-barrelled", 3, lambda: f"{first} {family}-{other}"),
        ("couple", 4, lambda: f"Mr & Mrs {i} {family}"),
        ("couple by first names", 3, lambda: f"{first} and {second} {family}"),
        ("two people", 2, lambda: f"{first} {family} & {second} {other}"),
        ("single name", 3, lambda: random_.choice([first, family])),
        ("estate", 3, lambda: f"Exors of {first} {family}"),
        ("estate", 2, lambda: f"The Estate of {i} {family} Deceased"),
        ("estate", 1, lambda: f"{first} {family} (Dec'd)"),
        ("trade", 6, lambda: f"{first} {family} {trade}"),
        ("trade", 4, lambda: f"{i} {j} {family} {trade}"),
        ("trade", 3, lambda: f"{family} {trade}"),
        ("trade", 2, lambda: f"{first}'s {trade}"),
        ("trading as", 4, lambda: f"{title} {i} {family} t/a {place} {trade}"),
        ("trading as", 3, lambda: f"{first} {family} T/A {company}"),
        ("trading as", 2, lambda: f"{family} {first} trading as {place} {public}"),
        ("beside a firm", 2, lambda: f"{first} {family} c/o {company}"),
        ("beside a firm", 2, lambda: f"{family} {i} - {company}"),
        ("beside a firm", 1, lambda: f"{first} {family} ({company})"),
        ("beside a firm", 1, lambda: f"{first} {family} re {company}"),
        ("beside a school", 2, lambda: f"{title} {i} {family} {place} {public}"),
        ("beside a school", 2, lambda: f"{i} {family} - {place} {public}"),
        ("beside a school", 1, lambda: f"{first} {family} ({place} {public})"),
        ("number", 2, lambda: f"Foster Carer {number}"),
        ("number", 2, lambda: f"Client {number}"),
        ("number", 1, lambda: f"Service User {number}"),
        ("number", 1, lambda: f"{first} {family} {number}"),
        ("parent", 1, lambda: f"Parents of {first} {family}"),
        ("payee of another", 1, lambda: f"{family} {first} OBO {other} {second}"),
        ("trust for a person", 1, lambda: f"{first} {family} Personal Injury Trust"),
        ("trust for a person", 1, lambda: f"The {family} Family Trust"),
        ("trust for a person", 1, lambda: f"{i} {family} Discretionary Trust"),
    ]
    weights = [weight for _, weight, _ in shapes]
    [(shape, _, make)] = random_.choices(shapes, weights)
    return _published(random_, make()), shape


STEMS = (
    "Abacus|Arden|Beacon|Brackley|Calder|Cobalt|Dovetail|Eastgate|Elmwood|Falcon|Fernhill|Gateway"
    "|Harbour|Ibex|Juniper|Kestrel|Larkfield|Meridian|Northfield|Orchard|Pinnacle|Quayside|Redwood"
    "|Summit|Tamar|Unity|Vanguard|Westbrook|Zenith|Ashworth|Bramley|Claremont|Hartley|Sutcliffe"
)
ACTIVITIES = (
    "Care|Homes|Construction|Engineering|Fostering|Recruitment|Software|Highways|Cleaning|Catering"
    "|Security|Transport|Coaches|Education|Training|Consulting|Surveyors|Waste|Energy|Print|Media"
    "|Legal|Estates|Lettings|Joinery|Electrical|Landscapes|Foods|Furniture|Medical|Interpreting"
)


def organisation(random_: random.Random) -> tuple[str, str]:
    """A name and its kind."""
    stem, other = _one(random_, STEMS), _one(random_, STEMS)
    activity, place = _one(random_, ACTIVITIES), _one(random_, NEAR)
    saint = _one(random_, SAINTS)
    kinds: list[tuple[str, int, Callable[[], str]]] = [
        ("company", 22, lambda: f"{stem} {activity} Ltd"),
        ("company", 12, lambda: f"{stem} {activity} Limited"),
        ("company", 4, lambda: f"{stem} & {other} ({activity}) Ltd"),
        ("company", 3, lambda: f"{stem} {activity} (UK) Limited"),
        ("company", 3, lambda: f"{stem} Group PLC"),
        ("company", 3, lambda: f"{stem} {other} LLP"),
        ("company", 2, lambda: f"{stem} {activity} CIC"),
        ("company", 2, lambda: f"{stem} {activity} Ltd t/a {other} {activity}"),
        ("company cut at 35", 2, lambda: f"{stem} {activity} and {other} Services (North) Limited"),
        ("company, no form", 10, lambda: f"{stem} {activity}"),
        ("company, no form", 4, lambda: f"{stem} {activity} Services UK"),
        ("company, no form", 3, lambda: f"{stem} & {other} Solicitors"),
        ("school", 6, lambda: f"{place} Primary School"),
        ("school", 4, lambda: f"{saint} RC Primary School"),
        ("school", 3, lambda: f"{place} High School"),
        ("school", 3, lambda: f"{place} Academy"),
        ("college", 1, lambda: f"{place} Sixth Form College"),
        ("council", 2, lambda: f"{place} Parish Council"),
        ("council", 2, lambda: f"{place} Borough Council"),
        ("health", 2, lambda: f"{place} NHS Foundation Trust"),
        ("health", 2, lambda: f"{place} Medical Practice"),
        ("church", 2, lambda: f"{place} Methodist Church"),
        ("church", 1, lambda: f"{saint} Church"),
        ("charity", 2, lambda: f"{place} Citizens Advice"),
        ("charity", 2, lambda: f"{stem} Charitable Trust"),
        ("charity", 2, lambda: f"{place} Community Association"),
        ("charity", 1, lambda: f"{place} Youth Project"),
        ("housing", 2, lambda: f"{stem} Housing Association"),
        ("club", 1, lambda: f"{place} Cricket Club"),
        ("nursery", 2, lambda: f"{stem} Day Nursery"),
        ("university", 1, lambda: f"University of {place}"),
    ]
    weights = [weight for _, weight, _ in kinds]
    [(kind, _, make)] = random_.choices(kinds, weights)
    return _published(random_, make()), kind


def _published(random_: random.Random, name: str) -> str:
    """As a publisher's system prints it: often in capitals, at times cut at 35 characters."""
    style = random_.random()
    if style < 0.35:
        name = name.upper()
    elif style < 0.38:
        name = name.lower()
    return name[:35].strip() if style < 0.5 else name


def sample(seed: int, people: int, organisations: int) -> list[tuple[str, str, str]]:
    """Label, shape and name: so many different ones of each."""
    random_ = random.Random(seed)
    found: dict[str, tuple[str, str]] = {}
    for label, count, make in (
        ("individual", people, person),
        ("organisation", organisations, organisation),
    ):
        goal = len(found) + count
        while len(found) < goal:
            name, shape = make(random_)
            found.setdefault(name, (label, shape))
    return [(label, shape, name) for name, (label, shape) in found.items()]


if __name__ == "__main__":
    path = Path(__file__).with_name("invented.csv")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["label", "shape", "name"])
        writer.writerows(sample(4, 840, 520))
