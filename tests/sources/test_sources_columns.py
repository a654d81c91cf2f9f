"""Column maps are data: cited, without contradiction, and indifferent to spelling."""

from __future__ import annotations

from collections import Counter

import pytest

from totalplace.sources._columns import header_key, map_columns, read_columns, spend_fields
from totalplace.sources._spend_columns import find_spend_columns

TRAFFORD = (
    "OrganisationLabel,OrganisationURI,EffectiveDate,OrganisationalUnit,BeneficiaryName,"
    "BeneficiaryOtherID,PaymentDate,TransactionNumber,Amount,IrrecoverableVATAmount,Purpose,"
    "ProclassLabel,ProclassCode,InvoiceNumber,ProfitCentre,VATRegistrationNumber"
)
MANCHESTER = (
    "Body Name,Service Area,Expenses Type,Invoice Payment Date,Transaction Number,{},Supplier Name"
)
SALFORD = "Authority Name,Date of Payment,{},Gross,VAT,Net,Supplier Name,Directorate,{}"


@pytest.mark.parametrize(
    ("header", "field", "column"),
    [
        (TRAFFORD, "amount", "Amount"),
        (TRAFFORD, "vat", "IrrecoverableVATAmount"),
        (TRAFFORD, "effective_date", "EffectiveDate"),
        (TRAFFORD, "payee", "BeneficiaryName"),
        (TRAFFORD, "payee_other_id", "BeneficiaryOtherID"),
        (TRAFFORD, "transaction_no", "TransactionNumber"),
        (TRAFFORD, "class_label", "ProclassLabel"),
        (MANCHESTER.format("Net Amount"), "amount", "Net Amount"),
        (MANCHESTER.format("Amount"), "amount", "Amount"),
        (SALFORD.format("SAP Document Number", "G/L Description"), "amount", "Net"),
        (SALFORD.format("Document Number", "G/L descript"), "transaction_no", "Document Number"),
        (SALFORD.format("SAP Document Number", "G/L description."), "expense", "G/L description."),
        (SALFORD.format("SAP Document Number", "Description"), "expense", "Description"),
        (
            SALFORD.format("SAP Document Number", "G/L description.,G/L descript,Cap code,Cap x"),
            "expense",
            "G/L description.",
        ),
    ],
)
def test_headers_of_the_three_councils(header: str, field: str, column: str) -> None:
    cells = header.split(",")
    found = find_spend_columns(cells, ())
    assert not found.missing
    assert found.titles[found.at[field]] == column


@pytest.mark.parametrize(
    "header",
    [
        "PAYMENT DATE,supplier,£ Spend (EXCLUDING VAT)",
        "Date ; Vendor Name ; Amount (£)".replace(" ; ", ","),
        "payment_date,beneficiary_name,amount_gbp",
        "Transaction Date,BENEFICIARY,Amount (excluding VAT)",
    ],
)
def test_case_spaces_and_punctuation_do_not_matter(header: str) -> None:
    assert set(find_spend_columns(header.split(","), ()).at) >= {"payment_date", "payee", "amount"}


def test_a_second_header_row_names_what_the_first_leaves_open() -> None:
    first = [
        "Authority Name",
        "Date of Payment",
        "SAP Document Number",
        "Amount",
        "",
        "",
        "Supplier Name",
    ]
    second = ["", "", "", "Gross", "VAT", "Net", ""]
    found = find_spend_columns(first, second)
    assert found.has_second_header
    assert found.is_gross_by_second_header
    assert found.titles[3:6] == ("Amount", "VAT", "Net")
    assert (found.at["amount"], found.at["vat"]) == (3, 4)


def test_a_payment_below_the_header_is_no_second_header() -> None:
    first = ["Date", "Supplier", "Amount", ""]
    assert not find_spend_columns(first, ["1/4/2017", "Supplier", "12.00", ""]).has_second_header


def test_no_header_means_two_fields() -> None:
    keys = Counter(header_key(text) for field in spend_fields() for text in field.headers)
    assert [key for key, count in keys.items() if count > 1] == []


def test_every_header_is_cited() -> None:
    columns = read_columns("spend")
    cited = {source for field in columns["field"] for _, source in field["headers"]}
    assert cited == set(columns["sources"])
    for name, key in (("cra", "layout"), ("ro", "workbook"), ("population", "layout")):
        assert all(len(one["source"]) > 20 for one in read_columns(name)[key])


def test_the_preferred_header_wins_and_the_left_column_of_two_alike() -> None:
    columns = map_columns(spend_fields(), ["Amount", "Net", "Net", "Vendor", "Supplier Name"])
    assert (columns["amount"], columns["payee"]) == (1, 4)
