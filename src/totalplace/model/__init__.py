"""Floor 1: the registers and code lists the count rests on, all data with citations."""

from totalplace.model._areas import AreaRegister, area_register
from totalplace.model._bodies import Body, BodyRegister, body_register
from totalplace.model._codelists import data_edition, load, read_table
from totalplace.model._names import is_withheld, payers_calling, sounds_public
from totalplace.model._payees import PayeeMatch, normalise_payee, resolve_payees
from totalplace.model._schema import TABLES, schema
from totalplace.model._suppliers import SupplierGroup, supplier_groups
from totalplace.model._tables import Field, TableSpec
from totalplace.model._unit_cost_tables import COST_CLASSES

__all__ = [
    "COST_CLASSES",
    "TABLES",
    "AreaRegister",
    "Body",
    "BodyRegister",
    "Field",
    "PayeeMatch",
    "SupplierGroup",
    "TableSpec",
    "area_register",
    "body_register",
    "data_edition",
    "is_withheld",
    "load",
    "normalise_payee",
    "payers_calling",
    "read_table",
    "resolve_payees",
    "schema",
    "sounds_public",
    "supplier_groups",
]
