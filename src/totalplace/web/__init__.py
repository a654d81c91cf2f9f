"""The site: pages over the public zone of places.

`serve` starts it. Django is imported only then: the command line does without it.
"""

from __future__ import annotations

from totalplace.web._bodies import PUBLIC_BYTES
from totalplace.web._serve import serve

__all__ = ["PUBLIC_BYTES", "serve"]
