"""The same count in SQL by hand, as a good analyst would write it once for these very files.

It reads the shipped registers and rules as tables, resolves each payee once, applies the rules
once a kind of line, and reads the payments in a single pass. It knows the place (ten districts
that are all inside) and does nothing that a count of other places or years would need.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import process_time

import duckdb

from totalplace.model import load

_KEY = (
    "trim(regexp_replace(regexp_replace(replace(lower({0}), '&', ' and '), '[^a-z0-9]+', ' ', 'g'),"
    r" '\b(limited|ltd|plc|llp|the)\b', '', 'g'))"
)

_PREPARE = f"""
CREATE TABLE pattern AS
    SELECT DISTINCT body_id AS of_body, 'unit' AS text, lower(unit_pattern) AS pattern FROM rule
    UNION SELECT DISTINCT body_id, 'expense', lower(expense_pattern) FROM rule
    UNION SELECT DISTINCT body_id, 'payee', lower(payee_pattern) FROM rule;
DELETE FROM pattern WHERE pattern = '*';

CREATE TABLE payee AS
    WITH name AS (SELECT DISTINCT body_id, payee_text FROM spend),
    known AS (
        SELECT {_KEY.format("name")} AS key, any_value(body_id) AS payee_id
        FROM (SELECT name, body_id FROM body UNION ALL SELECT alias, body_id FROM alias)
        GROUP BY ALL HAVING count(DISTINCT body_id) = 1
    )
    SELECT name.body_id, payee_text, payee_id FROM name
    LEFT JOIN known ON known.key = {_KEY.format("payee_text")};
"""

_CLASSES = """
CREATE TABLE {text}_class AS
    SELECT body_id, {text}_text, list(pattern ORDER BY pattern) AS {text}_fits
    FROM (SELECT DISTINCT body_id, {text}_text FROM {table})
    JOIN pattern ON text = '{text}' AND of_body IN ('*', body_id)
        AND lower({text}_text) GLOB pattern
    GROUP BY ALL;
"""

_COUNT = """
CREATE TABLE kind AS
    SELECT spend.body_id, class_code, payee_id, unit_fits, expense_fits, payee_fits,
        sum(amount_pence)::BIGINT AS pence, count(*) AS lines
    FROM spend
    LEFT JOIN unit_class USING (body_id, unit_text)
    LEFT JOIN expense_class USING (body_id, expense_text)
    LEFT JOIN payee USING (body_id, payee_text)
    LEFT JOIN payee_class USING (body_id, payee_text)
    WHERE period_end BETWEEN DATE '2019-04-01' AND DATE '2020-03-31'
    GROUP BY ALL;

CREATE TABLE placed AS
    SELECT kind.*, coalesce(rule.nature, 'purchase') AS nature, coalesce(rule.cap_rev, 'cur')
        AS cap_rev, coalesce(of_rule.to_code, of_label.to_code) AS function
    FROM (
        SELECT kind.*, (
            SELECT arg_max(rule.row_no, (priority, if(rule.body_id = '*', 0, 1), -row_no))
            FROM rule
            WHERE rule.body_id IN ('*', kind.body_id)
                AND (unit_pattern = '*' OR list_contains(unit_fits, lower(unit_pattern)))
                AND (expense_pattern = '*' OR list_contains(expense_fits, lower(expense_pattern)))
                AND (payee_pattern = '*' OR list_contains(payee_fits, lower(payee_pattern)))
        ) AS rule_no
        FROM kind
    ) AS kind
    LEFT JOIN rule ON rule.row_no = rule_no
    LEFT JOIN crosswalk AS of_rule
        ON of_rule.from_scheme = 'ro_line' AND of_rule.from_code = rule.ro_code
    LEFT JOIN crosswalk AS of_label
        ON of_label.from_scheme = 'proclass' AND of_label.from_code = kind.class_code;
"""

_TOTALS = """
    SELECT body_id, cap_rev, function,
        sum(pence) FILTER (nature IN ('own', 'purchase', 'transfer', 'benefit', 'payroll')
            AND payee_id IS DISTINCT FROM body_id)::BIGINT AS gross,
        sum(pence) FILTER (nature IN ('purchase', 'transfer', 'benefit') AND payee_id <> body_id
            AND payee_id IN (SELECT body_id FROM placed))::BIGINT AS eliminated,
        sum(lines)::BIGINT AS lines
    FROM placed GROUP BY ALL ORDER BY ALL
"""


def main(place: str) -> None:
    started = process_time()
    connection = duckdb.connect()
    rules = load("spend_rule")
    crosswalk = load("crosswalk")
    connection.register("rules", rules)
    connection.register("crosswalks", crosswalk)
    connection.register("body", load("body"))
    connection.register("alias", load("body_alias"))
    connection.execute("CREATE TABLE rule AS SELECT row_number() OVER () AS row_no, * FROM rules")
    connection.execute(
        "CREATE TABLE crosswalk AS"
        " SELECT from_scheme, from_code, arg_max(to_code, share) AS to_code FROM crosswalks"
        " WHERE to_scheme = 'cofog' GROUP BY ALL"
    )
    files = str(Path(place) / "lines" / "spend" / "*.parquet").replace("'", "''")
    connection.execute(f"CREATE VIEW spend AS SELECT * FROM read_parquet('{files}')")
    connection.execute(_PREPARE)
    for text, table in (("unit", "spend"), ("expense", "spend"), ("payee", "payee")):
        connection.execute(_CLASSES.format(text=text, table=table))
    connection.execute(_COUNT)
    rows = connection.execute(_TOTALS).fetchall()
    gross = sum(row[3] or 0 for row in rows)
    net = gross - sum(row[4] or 0 for row in rows)
    told = {"gross_gbp": f"{gross / 100:.2f}", "net_gbp": f"{net / 100:.2f}"}
    sys.stdout.write(json.dumps({"cpu_s": process_time() - started, **told}))


if __name__ == "__main__":
    main(sys.argv[1])
