"""Returns of partner bodies: due dates, files, questions and answers, signatures, revisions."""

from __future__ import annotations
