"""Purchase cards: several layouts, and what tells them from a supplier file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from totalplace.sources import FileReport

Add = Callable[..., FileReport]
Lines = Callable[..., list[dict[str, Any]]]

COUNCIL = (
    "OrganisationLabel,EffectiveDate,OrganisationalUnit,BeneficiaryName,PaymentDate,Amount,"
    "IrrecoverableVATAmount,Purpose,CategoryInternalName,MerchantCategoryCode,CardTransaction\n"
    "Trafford Council,2017-04-30,Invented Primary,Invented Caterers Ltd,2017-04-28,313.4,0,"
    "Food,Caterers,5811,GPC\n"
    "Trafford Council,2017-04-30,Invented Primary,Invented Caterers Ltd,2017-04-28,-13.4,0,"
    "Refund,Caterers,5811,GPC\n"
)
CODE = (
    "Date,Department,Beneficiary,Amount,Irrecoverable VAT,Summary of purpose,Merchant Category\n"
    "03/04/2017,Parks,Mrs Ann Example,20.00,0.00,Plants,Florists\n"
)
DEPARTMENT = (
    "Department family,Entity,Date of Transaction,Merchant Name,Amount,MCC Description\n"
    "Home Office,Home Office,13/04/2017,Invented Hotels,750.00,Hotels\n"
)


def test_a_council_file(add_file: Add, lines_of: Lines) -> None:
    report = add_file(COUNCIL, body=None)
    assert (report.format, report.body_id, report.lines) == ("cards", "trafford", 2)
    assert report.sum_pence == 30_000
    line = lines_of("card")[0]
    assert line["merchant_category"] == "Caterers"
    assert line["merchant_category_code"] == "5811"
    assert line["unit_text"] == "Invented Primary"
    assert line["payee_text"] == "Invented Caterers Ltd"
    assert lines_of() == []


def test_the_fields_of_the_transparency_code(add_file: Add, lines_of: Lines) -> None:
    report = add_file(CODE, name="trafford-cards-2017.csv", body=None)
    assert (report.format, report.body_id, report.sum_pence) == ("cards", "trafford", 2_000)
    assert [warning.code for warning in report.warnings] == ["body_from_name"]


def test_a_department(add_file: Add) -> None:
    report = add_file(DEPARTMENT, body=None)
    assert (report.format, report.body_id) == ("cards", "home-office")


def test_a_name_that_says_card_decides_where_columns_do_not(add_file: Add) -> None:
    text = "Date,Supplier,Amount\n03/04/2017,Invented Ltd,20.00\n"
    assert add_file(text, name="procurement-card-april-2017.csv").format == "cards"
    assert add_file(text.replace("20", "21"), name="discard-april-2017.csv").format == "spend"
    again = add_file(text.replace("20", "22"), name="other.csv", format_id="cards")
    assert again.format == "cards"


def test_a_supplier_file_with_a_card_column_stays_one(add_file: Add) -> None:
    text = "Body Name,Date,Supplier,Amount,Card Transaction\nTrafford,03/04/2017,A Ltd,1.00,No\n"
    assert add_file(text, body=None).format == "spend"


def test_gross_amounts_of_a_council_need_a_yes(add_file: Add) -> None:
    text = CODE.replace(",Amount,", ",Gross,")
    refused = add_file(text, format_id="cards")
    assert (refused.status, refused.code) == ("refused", "gross_only")
    taken = add_file(text, yes=True, format_id="cards")
    assert (taken.status, taken.code) == ("loaded", "gross_only")


def test_gross_amounts_of_a_department_are_told(add_file: Add) -> None:
    report = add_file(DEPARTMENT.replace(",Amount,", ",Gross,"), body=None)
    assert (report.status, report.code) == ("loaded", "gross_only")


def test_a_merchant_category_alone_tells_no_card(add_file: Add) -> None:
    # the Transparency Code asks for it of payments over £500 and of cards alike
    refused = add_file(CODE, name="2017-04.csv")
    assert (refused.status, refused.code) == ("refused", "cards_or_payments")
    payments = add_file(CODE, name="payments-over-500-april-2017.csv")
    assert (payments.status, payments.format) == ("loaded", "spend")
    told = add_file(CODE.replace("20.00", "21.00"), name="2017-04.csv", format_id="spend")
    assert (told.status, told.format) == ("loaded", "spend")
    merchants = CODE.replace("Beneficiary", "Merchant Name")
    assert add_file(merchants, name="2017-05.csv").format == "cards"


def test_what_any_payment_has_is_no_sign_of_cards(add_file: Add, lines_of: Lines) -> None:
    """A supplier file below titles, whose header no sniffer sees in the first row."""
    text = "Payments over £500\n\nDocument Number,Vendor,Net Amount,Team,Payment Date\n" + "".join(
        f"70000{number},Invented {number} Ltd,20.2{number},Parks,0{number}/04/2017\n"
        for number in range(1, 9)
    )
    report = add_file(text, name="april.csv")
    assert (report.format, report.lines, len(lines_of())) == ("spend", 8, 8)
    assert lines_of("card") == []
    assert add_file(text + "\n", name="may.csv", format_id="cards").format == "cards"
