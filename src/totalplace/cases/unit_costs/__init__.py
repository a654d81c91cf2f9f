"""What things cost a time, with price year, payer, class and grade; and what interventions do."""

from totalplace.cases.unit_costs._checks import (
    CHECKS,
    Flag,
    check_unit_costs,
    flag_unit_costs,
)
from totalplace.cases.unit_costs._find import find_unit_costs, unit_cost_of
from totalplace.cases.unit_costs._gather import gather_unit_costs
from totalplace.cases.unit_costs._imported import Imported
from totalplace.cases.unit_costs._library import (
    Beside,
    Intervention,
    InterventionLibrary,
    Trial,
    library,
)
from totalplace.cases.unit_costs._public_json import import_json
from totalplace.cases.unit_costs._unit_cost import (
    UnitCost,
    invented_unit_costs,
    read_unit_costs,
    table_of,
)
from totalplace.cases.unit_costs._workbook import import_workbook
from totalplace.cases.unit_costs._years import financial_year, in_prices

__all__ = [
    "CHECKS",
    "Beside",
    "Flag",
    "Imported",
    "Intervention",
    "InterventionLibrary",
    "Trial",
    "UnitCost",
    "check_unit_costs",
    "financial_year",
    "find_unit_costs",
    "flag_unit_costs",
    "gather_unit_costs",
    "import_json",
    "import_workbook",
    "in_prices",
    "invented_unit_costs",
    "library",
    "read_unit_costs",
    "table_of",
    "unit_cost_of",
]
