"""Whoever changes the database itself is found, and the first bad row is named."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from counted import how_many
from totalplace.access import Actor, Thing, decide

_ROWS = 24
_FIELDS = ("who", "address", "action", "data_class", "thing", "bodies_json", "allowed", "rule_id",
           "because", "purpose", "detail_json", "of_row", "mac")  # fmt: skip


@pytest.fixture
def chain(at_work: Path) -> Path:
    """An audit of a few rows; the place."""
    from django.utils import timezone

    from totalplace.workbench.audit import record, record_outcome

    for number in range(0, _ROWS, 2):
        actor = Actor(f"ann{number % 3}", frozenset(["analyst"]), frozenset(["*"]))
        thing = Thing("line", str(number), frozenset(["millcombe-council"]))
        row = record(decide(actor, "see", thing, now=timezone.now()), address="192.0.2.7")
        record_outcome(row, {"rows": number})
    return at_work


class unguarded:  # noqa: N801 - used as a function
    """As somebody sees the database who may do all to it; what is done is undone."""

    def __enter__(self) -> Any:
        from django.db import connection, transaction

        self._atomic = transaction.atomic()
        self._atomic.__enter__()
        cursor = connection.cursor()
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
        return cursor

    def __exit__(self, *_: object) -> None:
        from django.db import transaction

        transaction.set_rollback(True)
        self._atomic.__exit__(None, None, None)


def rows() -> list[list[Any]]:
    from totalplace.workbench.audit._chain import FIELDS
    from totalplace.workbench.audit.models import Entry

    return [list(row) for row in Entry.objects.order_by("n").values_list(*FIELDS, "mac")]


def put(changed: list[list[Any]]) -> None:
    """Have the table hold these rows, numbered anew where they are not."""
    from totalplace.workbench.audit._chain import FIELDS
    from totalplace.workbench.audit.models import Entry

    Entry.objects.all().delete()
    names = [*FIELDS, "mac"]
    Entry.objects.bulk_create(Entry(**dict(zip(names, row, strict=True))) for row in changed)


def numbered(changed: list[list[Any]]) -> list[list[Any]]:
    return [[n, *row[1:]] for n, row in enumerate(changed, start=1)]


def field_changed(chance: random.Random) -> int:
    from django.db.models import F, Value
    from django.db.models.functions import Concat

    from totalplace.workbench.audit.models import Entry

    k, name = chance.randint(1, _ROWS), chance.choice(_FIELDS)
    one = Entry.objects.filter(n=k)
    if name == "allowed":
        one.update(allowed=not one.get().allowed)
    elif name == "of_row":
        one.update(of_row=(one.get().of_row or 0) + 1)
    elif name == "mac":
        one.update(mac=one.get().mac[::-1])
    else:
        one.update(**{name: Concat(F(name), Value(" "))})
    return k


def row_deleted(chance: random.Random) -> int:
    k = chance.randint(1, _ROWS - 1)
    changed = rows()
    del changed[k - 1]
    put(numbered(changed) if chance.random() < 0.5 else changed)
    return k


def end_deleted(chance: random.Random) -> int:
    k = chance.randint(1, _ROWS)
    put(rows()[: k - 1])
    return k


def row_inserted(chance: random.Random) -> int:
    k = chance.randint(1, _ROWS + 1)
    changed = rows()
    new = list(chance.choice(changed))
    new[2] = "mallory"
    changed.insert(k - 1, new)
    put(numbered(changed))
    return k


def two_swapped(chance: random.Random) -> int:
    i, j = sorted(chance.sample(range(_ROWS), 2))
    changed = rows()
    changed[i], changed[j] = changed[j], changed[i]
    put(numbered(changed))
    return i + 1


def row_repeated(chance: random.Random) -> int:
    k = chance.randint(1, _ROWS)
    changed = rows()
    changed.insert(k, list(changed[k - 1]))
    put(numbered(changed))
    return k + 1


def time_changed(chance: random.Random) -> int:
    from totalplace.workbench.audit.models import Entry

    k = chance.randint(1, _ROWS)
    one = Entry.objects.get(n=k)
    Entry.objects.filter(n=k).update(when="2026-01-01" + one.when[10:])
    return k


def built_again(chance: random.Random) -> int:
    """From row k, with another key, and so that all of it fits together."""
    from totalplace.workbench.audit._chain import BEGINNING, seal

    k = chance.randint(1, _ROWS)
    changed = rows()
    before = changed[k - 2][-1] if k > 1 else BEGINNING
    for row in changed[k - 1 :]:
        row[2] = "mallory"
        row[-1] = before = seal(b"another key", before, row[:-1])
    put(changed)
    return k


KINDS = [field_changed, row_deleted, end_deleted, row_inserted, two_swapped, row_repeated,
         time_changed, built_again]  # fmt: skip


@pytest.mark.counted
def test_every_tamper_is_found_and_the_first_bad_row_is_named(chain: Path) -> None:
    from totalplace.workbench.audit._verify import verify

    assert verify().problems == ()
    for number in range(how_many(300)):
        chance = random.Random(number)
        tamper: Callable[[random.Random], int] = KINDS[number % len(KINDS)]
        with unguarded():
            bad = tamper(chance)
            found = verify()
        assert found.broken is not None, (tamper.__name__, number)
        assert found.broken.n == bad, (tamper.__name__, number)
        assert found.rows == bad - 1
    assert verify().problems == ()


@pytest.fixture
def anchored(chain: Path, tmp_path: Path) -> Iterator[Path]:
    """The folder to which heads are added."""
    from django.test import override_settings

    folder = tmp_path / "anchor"
    folder.mkdir()
    with override_settings(TOTALPLACE_AUDIT_ANCHOR=folder):
        yield folder


def codes(**more: Any) -> list[str]:
    from totalplace.workbench.audit._verify import verify

    return [one.code for one in verify(**more).problems]


def test_a_head_that_is_replaced_or_removed_is_found(chain: Path) -> None:
    from totalplace.workbench.audit.models import Head

    for change in ({"n": 3}, {"signature": "AAAA"}, {"mac": "0" * 64}, {"when": "2026-01-01"}):
        with unguarded():
            Head.objects.update(**change)
            assert "audit_head_forged" in codes(), change
    with unguarded():
        Head.objects.all().delete()
        assert codes()[0] == "audit_head_missing"


def test_who_has_every_key_is_found_by_what_was_anchored(anchored: Path, chain: Path) -> None:
    from django.conf import settings

    from totalplace.workbench.audit._anchor import anchor
    from totalplace.workbench.audit._chain import BEGINNING, seal
    from totalplace.workbench.audit._head import sign_head
    from totalplace.workbench.audit._keys import chain_key, head_key
    from totalplace.workbench.audit._verify import current_head, verify
    from totalplace.workbench.audit.models import Head

    head = current_head()
    assert head is not None
    assert anchor(anchored, head)
    assert not anchor(anchored, head)
    keys = Path(settings.TOTALPLACE_KEYS)
    for keep in (10, _ROWS):
        with unguarded():
            changed, before = rows()[:keep], BEGINNING
            for row in changed:
                row[2] = "mallory"
                row[-1] = before = seal(chain_key(keys, is_new=False), before, row[:-1])
            put(changed)
            own = sign_head(head_key(keys, is_new=False), keep, before, head.when)
            Head.objects.update(**own.as_dict())
            found = verify()
        assert found.broken is not None
        assert (found.broken.kind, found.broken.n) == (
            ("missing", 11) if keep == 10 else ("not_signed", _ROWS)
        )
    assert codes() == []
    (file,) = anchored.glob("*.jsonl")
    file.write_text(file.read_text() + "no head\n")
    assert codes() == ["audit_anchor_unread"]
    file.unlink()
    anchored.rmdir()
    assert codes() == ["audit_anchor_away"]


def test_a_chain_that_is_replaced_with_its_keys_is_found_by_a_kept_key(chain: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from totalplace.workbench.audit._head import sign_head

    kept = Ed25519PrivateKey.generate()
    head = sign_head(kept, _ROWS, "a" * 64, "2026-11-30T08:00:00+00:00")
    assert codes(public=kept.public_key()) == ["audit_head_forged"]
    assert codes(given=[head]) == ["audit_head_forged"]
    assert codes(given=[head], public=kept.public_key()) == ["audit_broken", "audit_head_forged"]


def test_triggers_that_were_taken_away_are_missed(chain: Path) -> None:
    from django.db import connection

    with unguarded() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_kept")
        assert set(codes()) == {"audit_unguarded"}
    assert codes() == []


def test_keys_that_are_gone_are_asked_for_and_not_made_anew(chain: Path) -> None:
    from django.conf import settings
    from django.test import override_settings
    from django.utils import timezone

    from totalplace.errors import PlaceError
    from totalplace.workbench.audit import record
    from totalplace.workbench.audit._verify import verify

    other = Path(settings.TOTALPLACE_KEYS).with_name("other")
    with override_settings(TOTALPLACE_KEYS=other):
        for act in (
            verify,
            lambda: record(decide(Actor("x"), "see", Thing("line"), now=timezone.now())),
        ):
            with pytest.raises(PlaceError) as caught:
                act()
            assert caught.value.problems[0].code == "audit_key_missing"
    assert json.dumps(rows()[0][2]) == '"ann0"'


def test_a_text_that_no_database_can_read_is_a_bad_row(chain: Path) -> None:
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL takes no such text")
    from totalplace.workbench.audit._verify import verify

    with unguarded() as cursor:
        cursor.execute("UPDATE audit_entry SET who = CAST(X'ff' AS TEXT) WHERE n = 5")
        found = verify()
    assert found.broken is not None
    assert found.broken.n == 5
