"""Statements that equal the ledger to the penny, and receipts that nobody else can open."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import load_workbook

from marketplace.core.models import AuditEntry
from marketplace.core.money import pounds_exact
from payments.budgets import selectors, services
from payments.budgets.models import Evidence, Method, Purchase, Relation
from payments.budgets.rules import Share
from payments.budgets.services import books
from payments.budgets.statement import as_pdf, as_xlsx, statement_of
from payments.ledger import selectors as ledger
from payments.orders import services as orders
from tests.integration.orders.conftest import by_self

pytestmark = pytest.mark.django_db
FORMULA = '=HYPERLINK("http://evil.example","Lunch")'
RECEIPT = b"%PDF-1.7 what was paid for the spade"


@pytest.fixture
def record(cast, direct_payment):
    """Something Joan bought elsewhere, so many days ago."""

    def bought(
        pence=1250, *, ago=3, title="Spade", own=0, written=None, budget=None, method=Method.CASH, outcome=0
    ) -> Purchase:
        """`written`: when it was written down; on that day unless said."""
        budget = budget or direct_payment
        then = timezone.now() - timedelta(days=ago)
        shares = [Share(pence, budget.pk, budget.outcomes.all()[outcome].pk), *([Share(own)] if own else [])]
        return services.purchase_record(
            person=cast.joan,
            title=title,
            provider_name="The shop",
            shares=shares,
            method=method,
            bought_on=timezone.localdate(then),
            by=by_self(cast.joan),
            now=written or then,
            related=services.Related(Relation.NONE, shares_home=False),
        )

    return bought


@pytest.fixture
def account_of(direct_payment):
    def of(first=30, last=0):
        today = timezone.localdate()
        days = {"first": today - timedelta(days=first), "last": today - timedelta(days=last)}
        return statement_of(direct_payment, now=timezone.now(), **days)

    return of


def test_a_statement_equals_the_ledger_to_the_penny(
    cast, record, account_of, direct_payment, unrelated, buy, pay, share
):
    """Cash at the shop, an order by card and a promise stand in one account that adds up."""
    record(own=333)
    pay(buy(share(direct_payment, 3600)))
    buy(share(direct_payment, 1800), quantity=1)
    found = account_of()
    assert found.closing == ledger.sum_of(books.inside(direct_payment)) == 50_000 - 1250 - 3600
    assert (found.opening, found.money_in, found.money_out) == (0, 50_000, 4850)
    assert (found.promised, found.own_money) == (1800, 333)
    left = selectors.figures(direct_payment)
    assert found.closing == left.available + left.committed


def test_what_is_written_down_late_stands_on_the_day_it_was_bought(record, open_budget):
    """A council reads the statement of a budget's own days; a receipt that turned up in May belongs to March."""
    now = timezone.now()
    today = timezone.localdate(now)
    budget = open_budget(now=now - timedelta(days=20), ends_on=today - timedelta(days=1))

    def account(first: int, last: int):
        return statement_of(budget, first=today - timedelta(days=first), last=today - timedelta(days=last), now=now)

    late = record(ago=10, written=now, budget=budget)
    assert [(line.day, line.pence) for line in account(11, 9).lines] == [(late.bought_on, -1250)]
    assert account(8, 0).lines == []
    rake = record(700, ago=2, title="Rake", written=now, budget=budget)
    left = selectors.figures(budget)
    assert account(30, 1).closing == left.available + left.committed == 50_000 - 1250 - 700
    services.purchase_correct(purchase=rake, by=by_self(late.person), now=now)
    assert account(30, 1).closing == 50_000 - 1250


def test_two_halves_of_a_statement_meet(record, account_of):
    for ago in (9, 6, 2):
        record(ago=ago)
    early, late = account_of(30, 5), account_of(4, 0)
    assert early.closing == late.opening
    assert late.money_out == 1250


def test_a_statement_of_days_in_which_nothing_happened(account_of):
    found = account_of(25, 20)
    assert (found.lines, found.opening, found.closing) == ([], 0, 0)
    assert as_pdf(found).startswith(b"%PDF-")
    assert load_workbook(io.BytesIO(as_xlsx(found)))


@pytest.mark.fault("A10")
def test_what_people_typed_is_never_a_formula(record, account_of):
    """A spreadsheet runs what begins with "=" on the council's computer."""
    record(title=FORMULA)
    sheet = load_workbook(io.BytesIO(as_xlsx(account_of()))).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert [cell.data_type for cell in cells if cell.value == FORMULA] == ["s"]
    assert not any(cell.data_type == "f" for cell in cells)


@pytest.mark.fault("A10")
def test_the_paper_is_tagged_and_takes_words_as_words(record, account_of):
    record(title="#panic() $x$ *Spade* @ </b>")
    content = as_pdf(account_of())
    assert b"/StructTreeRoot" in content
    assert b"/Lang" in content


def test_a_purchase_written_down_by_mistake_stands_with_its_correction(
    cast, record, account_of, figures, direct_payment
):
    purchase = record()
    services.purchase_correct(purchase=purchase, by=by_self(cast.joan), now=timezone.now())
    services.purchase_correct(purchase=purchase, by=by_self(cast.joan), now=timezone.now())
    assert figures(direct_payment) == (50_000, 0, 0)
    assert [line.pence for line in account_of().lines] == [-1250, 50_000, 1250]


@pytest.fixture
def paper(cast, record) -> Evidence:
    return services.evidence_add(
        purchase=record(), name="till/../roll.pdf", content=RECEIPT, by=by_self(cast.joan), now=timezone.now()
    )


def test_a_receipt_lies_encrypted_under_a_random_name_outside_what_is_served(paper, settings):
    files = [each for each in Path(settings.EVIDENCE_DIR).rglob("*") if each.name == paper.stored_as]
    assert len(files) == 1
    assert b"spade" not in files[0].read_bytes()
    assert Path(settings.MEDIA_ROOT) not in files[0].parents
    assert "roll" not in str(files[0])


def test_opening_a_receipt_is_a_download_and_is_written_down(cast, client_of, paper):
    answer = client_of(cast.joan).get(f"/money/papers/{paper.public_id}/")
    assert answer.content == RECEIPT
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    assert AuditEntry.objects.get(action="budgets.evidence.read").by_id == cast.joan.pk


@pytest.mark.parametrize("who", ["ken", "sam", "theo", "moira", "stranger"])
def test_nobody_else_opens_a_receipt(cast, client_of, paper, who):
    assert client_of(getattr(cast, who)).get(f"/money/papers/{paper.public_id}/").status_code == 404
    assert not AuditEntry.objects.filter(action="budgets.evidence.read").exists()


@pytest.mark.parametrize(
    "content", [b"", b"<html><script>", b"MZ\x90", b"GIF89a", b"%PDF-" + b"x" * (10 * 1024 * 1024)]
)
def test_only_photographs_and_pdfs_are_kept(cast, client_of, record, content):
    purchase = record()
    client_of(cast.joan).post(
        f"/money/bought/{purchase.public_id}/", {"paper": SimpleUploadedFile("receipt.pdf", content)}
    )
    assert not Evidence.objects.exists()


def test_a_statement_equals_what_the_gateway_took_and_gave_back(
    cast, store, account_of, direct_payment, unrelated, buy, pay, share
):
    """Two orders by card, one in part with own money, and part of the first given back: the gateway's record is asked,
    not ours."""
    first = pay(buy(share(direct_payment, 3600)))
    pay(buy(share(direct_payment, 3000), Share(600)))
    attempt = first.attempts.get()
    now = timezone.now()
    refund = orders.refund_start(attempt=attempt, amount_pence=1300, by=by_self(cast.sam), now=now)
    orders.refund_send(refund=refund, now=now)
    with store.open() as records:
        charges, _more = records.page("charge", None, limit=100)
        refunds, _more = records.page("refund", None, limit=100)
    taken = sum(each["amount_captured"] for each in charges if each["paid"])
    back = sum(each["amount"] for each in refunds if each["status"] == "succeeded")
    assert (taken, back) == (7200, 1300)
    found = account_of()
    by_card = [line.pence for line in found.lines if line.pence != 50_000]  # all but what the council gave
    assert sorted(by_card) == [-3600, -3000, 1300]
    assert -sum(by_card) + found.own_money == taken - back
    assert found.closing == 50_000 - (taken - back - found.own_money)


def test_the_paper_says_how_many_papers_each_line_has(paper, account_of):
    from payments.budgets.statement.paper import _data

    data = _data(account_of())
    assert data["heads"][1] == "What, who, what for and papers"
    (part,) = data["parts"]
    assert [row[1].endswith(". 1 paper") for row in part["rows"]] == [True, False]
    assert {len(row) for row in part["rows"]} == {len(data["heads"])}
    assert as_pdf(account_of()).startswith(b"%PDF-")


def test_a_long_paper_is_told_month_by_month_and_each_begins_where_the_last_one_ended(record, open_budget, monkeypatch):
    from payments.budgets.statement import paper

    monkeypatch.setattr(paper, "LONG", 4)
    now = timezone.now()
    first, today = timezone.localdate(now) - timedelta(days=100), timezone.localdate(now)
    budget = open_budget(now=now - timedelta(days=100), starts_on=first, ends_on=today)
    for ago in (90, 61, 60, 33, 1):
        record(1000 + ago, ago=ago, budget=budget)
    account = statement_of(budget, first=first, last=today, now=now)
    parts = paper._data(account)["parts"]
    assert [row for part in parts for row in part["rows"]] == paper._part("", 0, account.lines)["rows"]
    months = [f"{line.day:%B %Y}" for line in account.lines]
    assert [part["title"] for part in parts] == list(dict.fromkeys(months))
    assert [part["opening"] for part in parts[1:]] == [part["closing"] for part in parts[:-1]]
    assert parts[0]["opening"] == "£0.00"
    assert parts[-1]["closing"] == pounds_exact(account.closing)
    assert as_pdf(account).startswith(b"%PDF-")


def test_what_is_promised_now_stands_only_in_a_statement_of_today(
    cast, client_of, account_of, direct_payment, unrelated, buy, share
):
    """Today's promise says nothing about an earlier year."""
    buy(share(direct_payment, 1800), quantity=1)
    assert account_of().promised == 1800
    earlier = account_of(first=20, last=1)
    assert earlier.promised is None
    assert as_pdf(earlier).startswith(b"%PDF")
    words = [cell.value for row in load_workbook(io.BytesIO(as_xlsx(earlier))).active for cell in row]
    assert "Money in" in words
    assert "Promised, not yet paid" not in words
    joan, url = client_of(cast.joan), f"/money/{direct_payment.public_id}/statement/"
    assert "Promised, not yet paid" in joan.get(url).content.decode()
    old = "?first_0=1&first_1=1&first_2=2019&last_0=31&last_1=12&last_2=2019"
    assert "Promised, not yet paid" not in joan.get(url + old).content.decode()


@pytest.fixture
def every_way(record, paper, unrelated, buy, pay, share, direct_payment, sam, offer):
    """A spade by cash with one paper, for the second outcome a rake by each other way, and Sam by card."""
    for at, method in enumerate((Method.CHEQUE, Method.TRANSFER, Method.PREPAID)):
        record(500 + at, ago=2, title=f"Rake {at}", method=method, outcome=1)
    pay(buy(share(direct_payment, 3600)))
    garden, people = (each.words for each in direct_payment.outcomes.all())
    return [
        ("Spade", "The shop", garden, "Cash", 1, -1250),
        ("Rake 0", "The shop", people, "Cheque", 0, -500),
        ("Rake 1", "The shop", people, "Bank transfer", 0, -501),
        ("Rake 2", "The shop", people, "The council’s prepaid card", 0, -502),
        (f"{offer.title}, 2 hours", sam.name, garden, "Card, on this site", 0, -3600),
    ]


def test_each_line_of_the_screen_says_what_who_how_what_for_and_its_papers(
    cast, client_of, account_of, every_way, direct_payment
):
    """A council asks of every line: what was it for, who had the money, how, and where is the receipt."""
    lines = [line for line in account_of().lines if line.pence < 0]
    assert [(line.what, line.who, line.outcome, line.how, line.evidence, line.pence) for line in lines] == every_way
    page = client_of(cast.joan).get(f"/money/{direct_payment.public_id}/statement/").content.decode()
    for what, who, outcome, how, papers, pence in every_way:
        row = page[page.index(f"<br>{what}<br>") :]
        row = row[: row.index("</tr>")]
        assert f"{who}. {how}. {outcome}{'. 1 paper' if papers else ''}</span>" in row
        assert f">{pounds_exact(pence)}</td>" in row


def test_each_line_of_the_spreadsheet_says_the_same_in_columns(account_of, every_way):
    rows = list(load_workbook(io.BytesIO(as_xlsx(account_of()))).active.iter_rows(values_only=True))
    heads = next(at for at, row in enumerate(rows) if row[0] == "Day")
    assert rows[heads] == ("Day", "What", "Who", "What it is for", "How", "Papers", "Amount", "Unspent")
    assert rows[0][:2] == ("Statement", "Direct payment")
    spent = [row for row in rows[heads + 1 :] if row[2]]
    assert [(*row[1:6], round(row[6] * 100)) for row in spent] == every_way
    assert [round(row[7] * 100) for row in spent] == [line.balance for line in account_of().lines if line.who]


def test_each_line_of_the_paper_says_the_same(account_of, every_way):
    from payments.budgets.statement.paper import _data

    data = _data(account_of())
    assert data["title"] == "Statement: Direct payment"
    assert data["heads"] == ["Day", "What, who, what for and papers", "Amount", "Unspent"]
    spent = [row for row in data["parts"][0]["rows"] if row[2].startswith(("-", "−"))]
    assert [row[1] for row in spent] == [
        f"{what}, {who}, {how}. {outcome}{'. 1 paper' if papers else ''}"
        for what, who, outcome, how, papers, _pence in every_way
    ]
    assert [row[2] for row in spent] == [pounds_exact(pence) for *_said, pence in every_way]
    assert [row[3] for row in spent] == [pounds_exact(line.balance) for line in account_of().lines if line.who]
