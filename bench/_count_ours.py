"""Count a place with totalplace; what it cost is measured from outside and inside."""

from __future__ import annotations

import json
import sys
from time import process_time

import totalplace


def main(path: str) -> None:
    with totalplace.open_place(path) as place:
        started = process_time()
        facts = place.count(by=["function"]).document
        cpu_s = process_time() - started
    told = {"cpu_s": cpu_s, "gross_gbp": facts["gross_gbp"], "net_gbp": facts["net_gbp"]}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1])
