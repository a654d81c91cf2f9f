"""Loading files: upload, look, mapping, check, load, rejects; and the source rows behind lines."""

from __future__ import annotations
