"""The audit: who did, saw and was denied what, in a chain that nobody can change unseen.

Every decision about access stands in a row *before* what it allows is done; the map of routes sees
to that. What came of an act is a row of its own, which names the row of the decision::

    @route("settle", "work/queues/<int:id>/", thing=..., post=("settle", "queue"))
    def settle(request, id):
        made = place.decide(...)
        record_outcome(request.asked, {"decision": made.facts.n})
        return redirect(...)

`request.asked` is the number of the row that allowed the request. Work that is done later takes
that number with it (`enqueue(..., asked=request.asked)`), and the worker records its end. An act
that raises a `TotalplaceError` is recorded by the map of routes, with the codes of its problems.
What is decided without a route is recorded by ``row = record(decide(...), address=...)``.

Rows hold names of accounts, ids, counts, hashes and codes; never the name of another person.
"""

from __future__ import annotations

from totalplace.workbench.audit._keep import keep_anchored
from totalplace.workbench.audit._record import record, record_end, record_outcome

__all__ = ["keep_anchored", "record", "record_end", "record_outcome"]
