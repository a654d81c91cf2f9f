"""What makes the database itself refuse to change the audit: triggers, on both databases."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["add_triggers", "missing_triggers"]

_SQLITE = {
    "audit_entry_update": "CREATE TRIGGER audit_entry_update BEFORE UPDATE ON audit_entry "
    "BEGIN SELECT RAISE(ABORT, 'rows of the audit are only ever added'); END",
    "audit_entry_delete": "CREATE TRIGGER audit_entry_delete BEFORE DELETE ON audit_entry "
    "BEGIN SELECT RAISE(ABORT, 'rows of the audit are only ever added'); END",
    # INSERT OR REPLACE takes a row away without asking the trigger above
    "audit_entry_insert": "CREATE TRIGGER audit_entry_insert BEFORE INSERT ON audit_entry "
    "WHEN NEW.n IS NOT (SELECT coalesce(max(n), 0) + 1 FROM audit_entry) "
    "BEGIN SELECT RAISE(ABORT, 'rows of the audit are only ever added'); END",
}
_SCHEMA = re.compile(r"\b\w+\.(?=audit_entry)")
_POSTGRES_BODY = "BEGIN RAISE EXCEPTION 'rows of the audit are only ever added'; END"
_POSTGRES_TRIGGER = (
    "CREATE TRIGGER audit_entry_kept BEFORE DELETE OR UPDATE OR TRUNCATE ON audit_entry "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_kept()"
)


def add_triggers(apps: object, schema_editor: Any) -> None:  # noqa: ARG001 - as migrations call it
    """Have the database refuse to change or remove rows; a step of a migration."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION audit_entry_kept() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ {_POSTGRES_BODY} $$"
        )
        schema_editor.execute(_POSTGRES_TRIGGER)
        return
    for statement in _SQLITE.values():
        schema_editor.execute(statement)


def missing_triggers(connection: Any) -> list[str]:
    """Names of triggers that are not there, not as they were made, or not in force."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT pg_get_triggerdef(t.oid), p.prosrc, t.tgenabled::text FROM pg_trigger t "
                "JOIN pg_proc p ON p.oid = t.tgfoid "
                "WHERE t.tgrelid = 'audit_entry'::regclass AND t.tgname = 'audit_entry_kept'"
            )
            is_there = any(
                _SCHEMA.sub("", made) == _POSTGRES_TRIGGER
                and body.strip() == _POSTGRES_BODY
                and enabled in {"O", "A"}
                for made, body, enabled in cursor.fetchall()
            )
            return [] if is_there else ["audit_entry_kept"]
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        found = dict(cursor.fetchall())
    return [name for name, sql in _SQLITE.items() if found.get(name) != sql]
