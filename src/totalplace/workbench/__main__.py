"""The processes of the workbench, as `totalplace serve` starts them."""

from __future__ import annotations

import sys

from totalplace.workbench._server import main

if __name__ == "__main__":
    main(sys.argv[1:])
