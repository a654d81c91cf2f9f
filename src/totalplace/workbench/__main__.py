"""The processes of the workbench, as `totalplace serve` starts them."""

from __future__ import annotations

import sys

from totalplace._pandas import hide_pandas
from totalplace.workbench._server import main

if __name__ == "__main__":
    hide_pandas()
    main(sys.argv[1:])
