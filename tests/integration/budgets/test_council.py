"""What a council may see of the money it pays: sums of enough people, its own area, every look kept."""

import io
from datetime import date

import pytest
from openpyxl import Workbook

from marketplace.core.models import AuditEntry
from marketplace.people.models import User
from payments.budgets.models import Budget, Exemption
from payments.budgets.rules import Share
from payments.ledger.models import Entry
from tests.factories.listings import make_category
from tests.integration.orders.conftest import by_self

pytestmark = pytest.mark.django_db
DESK = "/staff/money/quantock/"


@pytest.fixture
def theo(cast, client_of):
    return client_of(cast.theo)


def test_sums_of_fewer_than_five_people_are_not_shown(cast, theo, open_budget):
    for number in range(4):
        open_budget(person=User.objects.create_user(f"p{number}@example.org"), pence=12_345)
    assert "£493.80" not in theo.get(DESK).content.decode()
    open_budget(person=cast.joan, pence=12_345)
    assert "£617.25" in theo.get(DESK).content.decode()


def test_every_look_is_written_down_and_another_council_is_closed(cast, theo):
    theo.get(DESK)
    assert AuditEntry.objects.get(action="budgets.council.look").by_id == cast.theo.pk
    assert theo.get("/staff/money/wharfe/").status_code == 404


def test_an_exception_names_only_people_the_council_pays(cast, theo, direct_payment, sam):
    facts = {"rule": "relative", "provider": sam.name, "reason": "Nobody else can come at night."}
    theo.post(f"{DESK}exceptions/", {"email": cast.ken.email, **facts})
    assert not Exemption.objects.exists()
    theo.post(f"{DESK}exceptions/", {"email": cast.joan.email, **facts})
    assert Exemption.objects.get().person == cast.joan


def test_an_exception_can_be_for_a_kind_of_help_whoever_gives_it(cast, theo, direct_payment):
    kind = make_category("chiropody", "Foot care", direct_payment="no")
    facts = {"email": cast.joan.email, "rule": "category", "reason": "Agreed in the plan."}
    refused = theo.post(f"{DESK}exceptions/", facts)
    assert "Name a provider, or choose a kind of help below." in refused.content.decode()
    theo.post(f"{DESK}exceptions/", facts | {"category": str(kind.pk)})
    made = Exemption.objects.get()
    assert (made.category, made.provider) == (kind, None)
    assert "Foot care" in theo.get(DESK).content.decode()


def sheet_of(*lines) -> io.BytesIO:
    book = Workbook()
    book.active.append(["E-mail", "Kind", "From", "To", "Amount", "Contribution", "Outcomes", "Held by"])
    for line in lines:
        book.active.append(line)
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    stream.name = "budgets.xlsx"
    return stream


def test_a_spreadsheet_is_tried_without_a_trace_and_then_written(cast, theo):
    good = ["joan@example.org", "direct payment", date(2026, 4, 6), date(2027, 4, 5), 1560.5, 20, "I garden; I dance"]
    answer = theo.post(f"{DESK}spreadsheet/", {"sheet": sheet_of(good), "action": "try"})
    assert b"Nothing has been written yet" in answer.content
    assert (Budget.objects.count(), Entry.objects.count()) == (0, 0)
    theo.post(f"{DESK}spreadsheet/", {"action": "write"})
    budget = Budget.objects.get()
    assert (budget.person, budget.council, budget.outcomes.count()) == (cast.joan, cast.council["quantock"], 2)
    assert sorted(Entry.objects.values_list("amount_pence", flat=True)) == [2000, 156_050]


def test_one_bad_line_keeps_all_of_it_out_and_says_which(theo):
    good = ["joan@example.org", "direct payment", date(2026, 4, 6), date(2027, 4, 5), 100, 0, "I garden"]
    bad = ["nobody@example.org", "pocket money", "soon", date(2027, 4, 5), "lots", 0, ""]
    answer = theo.post(f"{DESK}spreadsheet/", {"sheet": sheet_of(good, bad), "action": "try"}).content.decode()
    assert "Nobody here has this e-mail address." in answer
    theo.post(f"{DESK}spreadsheet/", {"action": "write"})
    assert not Budget.objects.exists()


@pytest.mark.parametrize("content", [b"", b"not a spreadsheet", b"PK\x03\x04 broken"])
def test_what_is_no_spreadsheet_is_refused_in_words(theo, content):
    stream = io.BytesIO(content)
    stream.name = "budgets.xlsx"
    answer = theo.post(f"{DESK}spreadsheet/", {"sheet": stream, "action": "try"})
    assert answer.status_code == 200
    assert b"XLSX" in answer.content


def test_top_ups_are_named_for_the_council_that_pays(cast, theo, buy, direct_payment, unrelated, share):
    buy(share(direct_payment, 2000), Share(1600), by=by_self(cast.joan))
    assert "£16.00" in theo.get(DESK).content.decode()


def test_words_of_one_persons_plan_are_not_on_the_councils_desk(theo, buy, pay, direct_payment, unrelated, share):
    """What money is for stands there in people's own words: four can be known by them, even without a sum."""
    pay(buy(share(direct_payment, 3600)))
    answer = theo.get(DESK).content.decode()
    assert "I get into the garden every week" not in answer
    assert "£36.00" not in answer


def test_what_was_given_and_added_is_what_was_spent_and_what_was_not(cast, theo, open_budget):
    """People's own money is spent too: left out of one side, the figures of a council do not add up."""
    for number in range(4):
        open_budget(person=User.objects.create_user(f"p{number}@example.org"), pence=10_000, contributed_pence=1_000)
    seen = theo.get(DESK).context["picture"]
    assert (seen.allocated, seen.contributed, seen.unspent) == (None, None, None), "of four people"
    open_budget(person=cast.joan, pence=10_000, contributed_pence=2_001)
    page = theo.get(DESK)
    picture = page.context["picture"]
    assert (picture.allocated, picture.contributed) == (50_000, 6_001)
    assert picture.allocated + picture.contributed == picture.spent + picture.unspent
    assert "£60.01" in page.content.decode()
