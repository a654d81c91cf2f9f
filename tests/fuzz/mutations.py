"""Ways to spoil a file, each driven by a random number generator alone."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable

__all__ = ["mutated"]

Mutation = Callable[[bytes, random.Random], bytes]

_ODD = [
    b"\0", b"\xff", b"\xef\xbb\xbf", b"\r", b"\n\n\n", b'"', b'""', b"'", b"\\", b"\x1a", b"\x1e",
    b"=1+1", b"-", b"(99.10)", b"1e308", b"NaN", b"99999999999999999999.99", b"0.001", b"\xc2\xa3",
    b"\xe2\x80\xae", b"#REF!", b"31/02/2017", b"00/00/0000", b"201013", b"Total", b"\x0c", b"\x85",
    "\u2028".encode(), "\u00a0".encode(), "\U0001f600".encode(),
]  # fmt: skip
_NUMBERS = [
    b"0",
    b"-1",
    b"1",
    b"65535",
    b"1048576",
    b"16384",
    b"4294967295",
    b"9999999999999999999",
]


def _at(data: bytes, rng: random.Random) -> int:
    return rng.randrange(len(data) + 1)


def flip(data: bytes, rng: random.Random) -> bytes:
    spoilt = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        if spoilt:
            spoilt[rng.randrange(len(spoilt))] ^= 1 << rng.randrange(8)
    return bytes(spoilt)


def truncate(data: bytes, rng: random.Random) -> bytes:
    return data[: _at(data, rng)]


def insert(data: bytes, rng: random.Random) -> bytes:
    at = _at(data, rng)
    return data[:at] + rng.choice([*_ODD, rng.randbytes(rng.randint(1, 20))]) + data[at:]


def cut_out(data: bytes, rng: random.Random) -> bytes:
    at = _at(data, rng)
    return data[:at] + data[at + rng.randint(1, 200) :]


def repeat(data: bytes, rng: random.Random) -> bytes:
    at = _at(data, rng)
    piece = data[at : at + rng.randint(1, 400)]
    return data[:at] + piece * rng.randint(2, 6) + data[at:]


def lines(data: bytes, rng: random.Random) -> bytes:
    found = data.splitlines(keepends=True)
    if not found:
        return data
    act, at = rng.randrange(7), rng.randrange(len(found))
    if act == 0:
        found.insert(rng.randrange(len(found) + 1), found[at])
    elif act == 1:
        del found[at]
    elif act == 2:
        rng.shuffle(found)
    elif act == 3:
        found.insert(at, rng.choice([b"\n", b"\r\n", b",,,\n", b"   \n", b"Total,,,12.50\n"]))
    elif act == 4:
        found[at] = found[at].rstrip(b"\r\n")
    elif act == 5:
        found += [b"\n"] * rng.randint(1, 5)
    else:
        found[at:at] = found[: rng.randint(1, 3)]
    return b"".join(found)


def cells(data: bytes, rng: random.Random) -> bytes:
    found = data.splitlines(keepends=True)
    if not found:
        return data
    mark = max((b",", b";", b"\t", b"|"), key=data.count)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(found))
        ending = found[at][len(found[at].rstrip(b"\r\n")) :]
        row = found[at].rstrip(b"\r\n").split(mark)
        cell, act = rng.randrange(len(row)), rng.randrange(8)
        if act == 0:
            del row[cell]
        elif act == 1:
            row.insert(cell, row[rng.randrange(len(row))])
        elif act == 2:
            rng.shuffle(row)
        elif act == 3:
            row[cell] = rng.choice(_ODD)
        elif act == 4:
            row[cell] = b""
        elif act == 5:
            row[cell] += b'"'
        elif act == 6:
            row[cell] = rng.choice([b"x", b"9", b'"', b"\n", b"\xa3"]) * rng.choice([300, 70_000])
        else:
            row[cell] = b'"' + row[cell] + rng.choice([b"\n", mark, b'""']) + b'"'
        found[at] = mark.join(row) + ending
    return b"".join(found)


def delimiters(data: bytes, rng: random.Random) -> bytes:
    old, new = rng.sample([b",", b";", b"\t", b"|"], 2)
    count = rng.choice([-1, -1, 3, 40])
    return data.replace(old, new, count)


def endings(data: bytes, rng: random.Random) -> bytes:
    plain = data.replace(b"\r\n", b"\n")
    return plain.replace(b"\n", rng.choice([b"\r\n", b"\r", b"\n\r", b"\n\n"]), rng.choice([-1, 5]))


def encodings(data: bytes, rng: random.Random) -> bytes:
    text = data.decode("utf-8", "replace")
    name = rng.choice(["utf-16", "utf-16-le", "utf-8-sig", "cp1252", "latin-1", "utf-32", "cp437"])
    return text.replace("e", rng.choice(["e", "é", "€", "’"])).encode(name, "replace")


def headers(data: bytes, rng: random.Random) -> bytes:
    """Spoil a field of a header of a zip."""
    marks = [found.start() for found in re.finditer(b"PK(?:\x01\x02|\x03\x04|\x05\x06)", data)]
    spoilt = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        if marks:
            at = rng.choice(marks) + rng.randrange(46)
            if at < len(spoilt):
                spoilt[at] = rng.choice([0, 1, 0x7F, 0xFF, rng.randrange(256)])
    return bytes(spoilt)


def xml(data: bytes, rng: random.Random) -> bytes:
    """Spoil a tag, an attribute, a number or an entity."""
    act = rng.randrange(7)
    pattern = (rb"\d+", rb'\w+="[^"]*"', rb"<[^>]*>", rb'r="[A-Z]+\d+"', rb">[^<]+<", rb't="\w+"')
    if act == 6:
        end = data.find(b"?>") + 2
        return (
            data[:end] + b'<!DOCTYPE x [<!ENTITY a "b">]>' + data[end:].replace(b"><", b">&a;<", 1)
        )
    found = list(re.finditer(pattern[act], data))
    if not found:
        return data
    for one in sorted(
        rng.sample(found, min(len(found), rng.randint(1, 3))), key=lambda m: -m.start()
    ):
        new = rng.choice([b"", one[0] * 2, rng.choice(_NUMBERS), rng.choice(_ODD)])
        if act == 3:
            new = b'r="%s%s"' % (rng.choice([b"A", b"XFD", b"ZZZZ", b"a"]), rng.choice(_NUMBERS))
        elif act == 4:
            new = b">" + rng.choice([*_NUMBERS, *_ODD]) + b"<"
        elif act == 5:
            new = b't="%s"' % rng.choice([b"s", b"b", b"e", b"d", b"n", b"str", b"inlineStr", b"q"])
        data = data[: one.start()] + new + data[one.end() :]
    return data


def _inside(data: bytes, rng: random.Random, spoil: Mutation) -> bytes:
    """Spoil one member of a zip and pack it again."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    except Exception:
        # spoilt before: whatever the reader makes of it
        return flip(data, rng)
    if not members:
        return data
    name = rng.choice(list(members))
    members[name] = spoil(members[name], rng)
    if rng.random() < 0.15:
        del members[rng.choice(list(members))]
    if rng.random() < 0.1:
        members[rng.choice(["../x.csv", "/x.csv", "a\\b.csv", "x.zip", name + ".csv"])] = b"a,b\n"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for one, content in members.items():
            archive.writestr(one, content)
    return buffer.getvalue()


_BYTES: tuple[Mutation, ...] = (flip, truncate, insert, cut_out, repeat)
_TEXT: tuple[Mutation, ...] = (
    *_BYTES,
    lines,
    lines,
    cells,
    cells,
    cells,
    delimiters,
    endings,
    encodings,
)


def mutated(content: bytes, kind: str, rng: random.Random) -> tuple[bytes, list[str]]:
    """A spoilt copy, and what was done to it."""
    done = []
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        if kind in {"csv", "json", "toml"}:
            spoil = rng.choice(_TEXT)
            content = spoil(content, rng)
        elif kind == "xls" or rng.random() < 0.3:
            spoil = rng.choice(_BYTES if kind == "xls" else (*_BYTES, headers, headers, headers))
            content = spoil(content, rng)
        else:
            spoil = rng.choice(_TEXT if kind == "zip" else (xml, xml, xml, flip, truncate))
            content = _inside(content, rng, spoil)
        done.append(spoil.__name__)
    return content, done
