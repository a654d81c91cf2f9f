"""Run by test_backup.py in a process of its own: puts a row into every table of a workbench.

python _filled.py fill|again PLACE; `again` adds one more row to every table that numbers its rows.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from totalplace.workbench._outside import set_up

HIGH = 41
"""The number of the first row: the next one must have a higher one."""
_MOMENT = datetime(2026, 11, 30, 8, 0, 0, 123457, tzinfo=UTC)


def _value(field: Any, turn: int) -> Any:
    from django.db import models

    match field:
        case models.ForeignKey():
            return HIGH
        case models.JSONField():
            return {"a": [1, 2.5, None, "é £"], "turn": turn}
        case models.DateTimeField():
            return _MOMENT
        case models.DateField():
            return _MOMENT.date()
        case models.BooleanField():
            return True
        case models.SmallIntegerField():
            return 1
        case models.BigIntegerField():
            return 2**40 + turn
        case models.IntegerField():
            return 7 + turn
        case models.CharField():
            return f"é{turn}"[: field.max_length]
        case models.TextField():
            return f"two\nlines £ {turn}"
    raise TypeError(f"no value of {field}")


def _row(model: Any, turn: int) -> Any:
    fields = [field for field in model._meta.concrete_fields if field.name != "id"]
    row = model(**{field.attname: _value(field, turn) for field in fields})
    if turn == 0 and model._meta.pk.name == "id":
        row.pk = model._meta.pk.to_python(HIGH)
    return row


def main(words: list[str]) -> None:
    set_up(Path(words[1]))
    from django.apps import apps
    from django.core.management import call_command
    from django.db import connection, transaction

    from totalplace.workbench.audit._record import append

    call_command("migrate", verbosity=0)
    turn = int(words[0] == "again")
    with transaction.atomic():
        for model in apps.get_models():
            if model._meta.app_label != "audit" and (turn == 0 or model._meta.auto_field):
                row = _row(model, turn)
                row.save(force_insert=True)
                assert turn == 0 or row.pk > HIGH, model
        connection.check_constraints()
    for _ in range(3):
        append(
            when=_MOMENT,
            who="ann",
            address="",
            action="see",
            data_class="line",
            thing="é",
            bodies=["a"],
            allowed=True,
            rule_id="r",
            because="b",
            purpose="",
            detail={"x": [1, None]},
        )


if __name__ == "__main__":
    main(sys.argv[1:])
