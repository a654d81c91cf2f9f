"""Run many cases and hold all their results: what `bench cases` measures the memory of."""

from __future__ import annotations

import json
import sys
from time import process_time

from _cases_data import case_text

from totalplace.cases import read_case_text, run_case


def main() -> None:
    count, draws = int(sys.argv[1]), int(sys.argv[2])
    started = process_time()
    held = [
        run_case(read_case_text(case_text(seed)), draws=draws, is_full=False)
        for seed in range(1, count + 1)
    ]
    total = sum(float(one.npv_draws["society"].mean()) for one in held)
    json.dump({"cpu_s": process_time() - started, "total": total}, sys.stdout)


if __name__ == "__main__":
    main()
