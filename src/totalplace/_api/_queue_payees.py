"""Payees whom a person has to name: public bodies that are not known, and whoever may be one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from totalplace._api._paid import Paid, evidence_lines, paid, register_of
from totalplace._api._queue_item import EVIDENCE_LINES, QueueItem, Suggestion
from totalplace.count import NO_BODY
from totalplace.disclosure.publish import PublicPayee, public_payee
from totalplace.engine import Engine
from totalplace.model import BodyRegister, PayeeMatch, normalise_payee
from totalplace.place import Folder

__all__ = ["payee_items", "payee_kind_items"]

_COMMON_WORD = 40
"""A word that more registered names hold tells nothing of which body is meant."""

_ALIKE = 0.5
"""The share of common words from which a registered name is shown beside a payee's."""


@dataclass(frozen=True)
class _Name:
    """Spellings that a decision takes for one payee.

    Attributes:
        text: the spelling with the most money.
        texts: all of them.
        by_body: who pays it -> pence.
    """

    text: str
    texts: tuple[str, ...]
    match: PayeeMatch
    by_body: Mapping[str, int]
    pence: int
    lines: int

    @property
    def note(self) -> str:
        """How many bodies pay it, under how many spellings."""
        bodies, texts = len(self.by_body), len(self.texts)
        payers = "paid by 1 body" if bodies == 1 else f"paid by {bodies:,} bodies"
        return payers if texts == 1 else f"{payers}, {texts:,} spellings"


def payee_items(
    engine: Engine, folder: Folder, *, year: str | None, at: int | None
) -> list[QueueItem]:
    """Payees that sound public and are no body of the register."""
    decided = _decided(folder, at, "alias")
    names = _names(
        one
        for one in paid(engine, folder, at=at, year=year)
        if one.is_unresolved and one.match is not None and one.match.payee_key not in decided
    )
    register = register_of(folder, at)
    alike = _Alike(register)
    return _items(
        engine,
        folder,
        at,
        names,
        "alias",
        [(_payee_reason(one.match), tuple(_bodies(one.match, register, alike))) for one in names],
    )


def payee_kind_items(
    engine: Engine, folder: Folder, *, year: str | None, at: int | None
) -> list[QueueItem]:
    """Payees whose payments a publication sums, as nothing says that they are organisations."""
    decided = _decided(folder, at, "payee_kind")
    names = _names(
        one
        for one in paid(engine, folder, at=at, year=year)
        if one.match is not None and one.match.payee_key not in decided
    )
    register = register_of(folder, at)
    seen = [(one, public_payee(one.match, register)) for one in names]
    summed = [(one, who) for one, who in seen if who.kind in ("unrecognised", "individual")]
    return _items(
        engine,
        folder,
        at,
        [one for one, _ in summed],
        "payee_kind",
        [(who.reason, tuple(_kinds(one, who))) for one, who in summed],
    )


def _decided(folder: Folder, at: int | None, what: str) -> set[str]:
    """The keys of payees of whom a person has decided already."""
    return {normalise_payee(one.object_id) for one in folder.decisions(at) if one.what == what}


def _names(found: Iterable[Paid]) -> list[_Name]:
    """The payees, their spellings together."""
    groups: dict[str, list[Paid]] = {}
    for one in found:
        if one.match is not None:
            groups.setdefault(one.match.payee_key, []).append(one)
    names = []
    for group in groups.values():
        by_text: Counter[str] = Counter()
        by_body: Counter[str] = Counter()
        for one in group:
            if one.match is not None:
                by_text[one.match.payee_text] += one.amount_pence
            by_body[one.body_id] += one.amount_pence
        text = min(by_text, key=lambda name: (-abs(by_text[name]), name))
        (match, *_) = [one.match for one in group if one.match and one.match.payee_text == text]
        names.append(
            _Name(
                text=text,
                texts=tuple(sorted(by_text)),
                match=match,
                by_body=dict(sorted(by_body.items())),
                pence=by_text.total(),
                lines=sum(one.lines for one in group),
            )
        )
    return names


def _items(
    engine: Engine,
    folder: Folder,
    at: int | None,
    names: Sequence[_Name],
    what: str,
    told: Sequence[tuple[str, tuple[Suggestion, ...]]],
) -> list[QueueItem]:
    evidence: Mapping[str, tuple[str, ...]] = {}
    if names:
        wanted = {text: one.text for one in names for text in one.texts}
        evidence = evidence_lines(engine, folder, at, wanted, rows=EVIDENCE_LINES)
    return [
        QueueItem(
            what=what,
            object_id=one.text,
            title=one.text,
            reason=reason,
            note=one.note,
            pence=one.pence,
            lines=one.lines,
            body_ids=tuple(one.by_body),
            evidence=evidence.get(one.text, ()),
            suggestions=suggestions,
        )
        for one, (reason, suggestions) in zip(names, told, strict=True)
    ]


def _payee_reason(match: PayeeMatch) -> str:
    if match.public_kind is not None:
        return f"the name of a {match.public_kind} that the register does not hold"
    if match.reason.startswith("ambiguous"):
        return "a name of several bodies"
    return "sounds public, and is no body of the register"


def _bodies(match: PayeeMatch, register: BodyRegister, alike: _Alike) -> Iterable[Suggestion]:
    if match.reason.startswith("ambiguous"):
        for body_id in match.reason.rpartition(" of ")[2].split(", "):
            if (body := register.get(body_id)) is not None:
                yield Suggestion(body_id, body.name, match.reason)
        return
    for body_id, name, words in alike.to(match.payee_text):
        yield Suggestion(body_id, name, f"both names say {words}")
    if match.public_kind is not None:
        yield Suggestion(NO_BODY, "no body of the register", match.reason)


def _kinds(name: _Name, who: PublicPayee) -> Iterable[Suggestion]:
    if who.kind == "individual":
        yield Suggestion("individual", "an individual", who.reason)
    elif len(name.by_body) > 1:
        yield Suggestion("organisation", "an organisation", f"{len(name.by_body)} bodies pay it")


class _Alike:
    """Registered names that share telling words with a payee's: for a person to look at."""

    def __init__(self, register: BodyRegister) -> None:
        self._names: list[tuple[str, str, frozenset[str]]] = []
        self._by_word: dict[str, list[int]] = {}
        for body_id, body in register.bodies.items():
            words = frozenset(normalise_payee(body.name).split())
            for word in words:
                self._by_word.setdefault(word, []).append(len(self._names))
            self._names.append((body_id, body.name, words))

    def to(self, text: str) -> list[tuple[str, str, str]]:
        """Body, name and shared words of those most alike, three at most."""
        words = frozenset(normalise_payee(text).split())
        telling = [word for word in words if 0 < len(self._by_word.get(word, ())) <= _COMMON_WORD]
        near = {at for word in telling for at in self._by_word[word]}
        scored = []
        for at in near:
            body_id, name, own = self._names[at]
            both = words & own
            score = len(both) / len(words | own)
            if score >= _ALIKE:
                scored.append((-score, body_id, name, " ".join(sorted(both))))
        return [(body_id, name, shared) for _, body_id, name, shared in sorted(scored)[:3]]
