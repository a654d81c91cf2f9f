"""Scrambled Sobol points: they fill the space of all uncertain numbers more evenly than chance.

Direction numbers are those of Joe and Kuo (2008), points come in Gray code order, and they are
scrambled by a random lower-triangular matrix and a digital shift for each dimension (Matousek
1998), so that every point is uniform and all figures follow from the seed. The random bits are the
raw output of PCG64, which does not change between versions of NumPy.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

__all__ = ["MAX_DIMENSIONS", "sobol"]

MAX_DIMENSIONS = 1_024
_BITS = 32
_TOP = np.uint32(1 << 31)


def sobol(dimensions: int, draws: int, *, seed: int | None = None) -> npt.NDArray[np.float64]:
    """Points inside the unit cube, as an array of dimensions x draws.

    Args:
        dimensions: at most 1,024.
        draws: how many points; a power of two is balanced best.
        seed: of the scrambling; without it the plain sequence, which begins with 0.

    Raises:
        ValueError: too many dimensions or points.

    >>> sobol(2, 4).tolist()
    [[0.0, 0.5, 0.75, 0.25], [0.0, 0.5, 0.25, 0.75]]
    """
    if not 0 <= dimensions <= MAX_DIMENSIONS or not 0 <= draws <= 2**_BITS:
        raise ValueError(f"no {draws} Sobol points of {dimensions} dimensions")
    directions = _directions()[:dimensions]
    shift = np.zeros(dimensions, dtype=np.uint32)
    if seed is not None:
        directions, shift = _scrambled(directions, seed)
    points = np.empty((dimensions, draws), dtype=np.uint32)
    points[:, :1] = shift[:, None]
    made, bit = 1, 0
    while made < draws:
        # in Gray code order the second half is the first one backwards, with one more bit
        more = min(made, draws - made)
        points[:, made : made + more] = (
            points[:, made - more : made][:, ::-1] ^ directions[:, bit, None]
        )
        made, bit = made + more, bit + 1
    middle = 0.0 if seed is None else 0.5
    return np.asarray((points + middle) / 2.0**_BITS, dtype=np.float64)


@cache
def _directions() -> npt.NDArray[np.uint32]:
    """Direction numbers: dimension x bit, the first bit the highest."""
    found = np.zeros((MAX_DIMENSIONS, _BITS), dtype=np.uint32)
    found[0] = _TOP >> np.arange(_BITS, dtype=np.uint32)
    text = (resources.files("totalplace.cases") / "data" / "sobol.txt").read_text("utf-8")
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        dimension, degree, middle, *first = map(int, line.split())
        numbers = [one << (_BITS - 1 - at) for at, one in enumerate(first)]
        for at in range(degree, _BITS):
            one = numbers[at - degree] ^ (numbers[at - degree] >> degree)
            for step in range(1, degree):
                if middle >> (degree - 1 - step) & 1:
                    one ^= numbers[at - step]
            numbers.append(one)
        found[dimension - 1] = numbers[:_BITS]
    return found


def _scrambled(
    directions: npt.NDArray[np.uint32], seed: int
) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """Direction numbers times a random matrix with ones on its diagonal, and a random shift."""
    count = len(directions)
    raw = np.random.PCG64(seed).random_raw(count * (_BITS + 1))
    bits = np.asarray(raw >> np.uint64(32), dtype=np.uint32).reshape(count, _BITS + 1)
    rows = np.arange(_BITS, dtype=np.uint32)
    # row i of the matrix takes the bits above bit i at random, and bit i itself
    above = ~(np.uint32(0xFFFFFFFF) >> rows)
    matrix = (bits[:, :_BITS] & above) | (_TOP >> rows)
    parity = np.bitwise_count(directions[:, :, None] & matrix[:, None, :]) & np.uint8(1)
    weights = _TOP >> rows
    return (parity * weights).sum(axis=2, dtype=np.uint32), bits[:, _BITS]
