"""The tables by which it is decided what is public."""

from __future__ import annotations

from totalplace.model._tables import SOURCE, Field, TableSpec

__all__ = ["DISCLOSURE_TABLES"]


def _text(doc: str, unit: str = "", *, values: tuple[str, ...] = (), null: bool = False) -> Field:
    return Field("text", doc, unit, values, null)


DISCLOSURE_TABLES: dict[str, TableSpec] = {
    "licence": TableSpec(
        "A licence under which sources are published, and what it asks to be said.",
        {
            "licence_id": _text("identifier", "SPDX identifier where there is one"),
            "title": _text("its name"),
            "spellings": _text("other names that it goes by", "separated by ;", null=True),
            "url": _text("where its text stands", "address", null=True),
            "attribution": _text(
                "what must be said; {publisher}, {title}, {url} and {year} are put in"
            ),
            "is_open": Field("flag", "whether anybody may publish again what is under it"),
            "source": SOURCE,
        },
        ("licence_id",),
    ),
    "organisation_rule": TableSpec(
        "A rule by which the name of a payee is recognised as an organisation's, or is not.",
        {
            "kind": _text(
                "form: a legal form, one word; cut_form: what is left of one in a name that is cut"
                " off; phrase: pattern of words that only organisations bear; never: word that no"
                " name which is shown may hold; doubt: word that shows a person beside what looks"
                " like an organisation; pair: two words as never; apart: pattern of what stands"
                " between a name and a note; place: word that after a first name makes a place of"
                " it; saint: word that before one makes a saint of it; letters: single letters"
                " that are no initials",
                values=(
                    "form",
                    "cut_form",
                    "phrase",
                    "never",
                    "pair",
                    "doubt",
                    "apart",
                    "place",
                    "saint",
                    "letters",
                ),
            ),
            "pattern": _text(
                "the word, or for phrase and apart a regular expression; phrases are compared with"
                " the name in lower case, without punctuation, short forms written out"
            ),
            "reason": _text("why the rule holds"),
            "source": SOURCE,
        },
        ("kind", "pattern"),
    ),
    "file_word": TableSpec(
        "A plain word of titles of published files and of budget headings.",
        {"word": _text("the word in lower case"), "source": SOURCE},
        ("word",),
    ),
}
