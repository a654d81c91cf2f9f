"""The grammar of a number in running text: what must be a claim or be listed as no claim.

A number token is one of

* **digits** with inner separators: ``7,500``, ``22.0``, ``2011/12``, ``12/02/2010``, ``16:33``;
* a **cardinal** word from ``zero`` to ``ninety``, hyphened or not: ``Thirteen``, ``Forty-four``;
* an **ordinal** or **fraction** word: ``first``, ``half``, ``third``, ``quarter``, ``sixth``;
* a **multiple**: ``once``, ``twice``, ``double``, ``treble``, ``triple``;
* a **scale** word alone (``millions``), or behind one of the above and then part of it
  (``22.0 billion``).

A word counts where no letter touches it, or where the optical reading glued ``and`` or ``to``
to its end (``threeand``, ``eightto``). Articles and quantifiers that name no number (``a``,
``single``, ``both``, ``several``, ``another``) are not tokens.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["NumberToken", "normalise", "number_tokens"]

_CARDINALS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"
)
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
_PARTS = "half halves thirds quarter quarters fifths sixths sevenths eighths ninths tenths"
_MULTIPLES = "once twice thrice double doubled treble trebled triple tripled"
_SCALES = "dozen dozens hundred hundreds thousand thousands million millions billion billions"

_WORDS = sorted(
    " ".join((_CARDINALS, _ORDINALS, _PARTS, _MULTIPLES)).split(), key=len, reverse=True
)
_WORD = "(?:" + "|".join(_WORDS) + ")"
_SCALE = "(?:" + "|".join(sorted(_SCALES.split(), key=len, reverse=True)) + ")"
_END = r"(?=(?:and|to)?(?![A-Za-z]))"
_TOKEN = re.compile(
    rf"(?:\d+(?:[.,/:]\d+)*|[¼½¾⅓⅔]|(?<![A-Za-z]){_WORD}(?:-{_WORD})*{_END})(?: {_SCALE}{_END})?"
    rf"|(?<![A-Za-z]){_SCALE}{_END}",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class NumberToken:
    """One number as printed: its text and where it stands in the normalised text."""

    text: str
    start: int
    end: int


def normalise(text: str) -> str:
    """The text with every run of white space as one space, as quotes are compared.

    >>> normalise(" over\\n  80%")
    'over 80%'
    """
    return " ".join(text.split())


def number_tokens(text: str) -> list[NumberToken]:
    """All number tokens of a normalised text, in order.

    >>> [token.text for token in number_tokens("Forty-four of £22.0 billion, a third in 2011/12")]
    ['Forty-four', '22.0 billion', 'third', '2011/12']
    >>> [token.text for token in number_tokens("threeand four-year-olds; someone; thei7")]
    ['three', 'four', '7']
    """
    return [NumberToken(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text)]
