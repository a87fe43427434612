"""What people type where an amount belongs, and years in which nothing happened: no page breaks, no penny appears."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from payments.budgets.models import Budget, BudgetDraft, DelegateLimit, Purchase
from payments.ledger.models import Entry
from tests.factories.people import make_delegation
from tests.integration.budgets.test_council import sheet_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["0", "-1", "1e9", "1.005", "١٢", "£12,50", "", " ", "999999999", "12p", "=1+1"])
def test_an_amount_that_is_none_is_asked_for_again(cast, client_of, typed):
    client = client_of(cast.joan)
    answer = client.post("/money/begin/amount/", {"allocated": typed, "contributed": ""})
    assert answer.status_code == 200
    assert b"One thing to put right" in answer.content
    assert not BudgetDraft.objects.exists()


@pytest.mark.parametrize(("typed", "pence"), [("1560", 156_000), ("£1,560.50", 156_050), (" 14.5 ", 1450)])
def test_an_amount_as_people_write_it_is_kept_to_the_penny(cast, client_of, typed, pence):
    client, answers = client_of(cast.joan), {}
    answers["source"] = {"source": "self_fund"}
    days = ("6", "4", "2026", "5", "4", "2027")
    boxes = [f"{name}_{box}" for name in ("starts_on", "ends_on") for box in range(3)]
    answers["period"] = dict(zip(boxes, days, strict=True))
    answers["amount"] = {"allocated": typed, "contributed": ""}
    answers["outcomes"] = {"outcomes": ""}
    answers["who"] = {"review_on_0": "", "review_on_1": "", "review_on_2": ""}
    for step, said in answers.items():
        client.post(f"/money/begin/{step}/", said)
    client.post("/money/begin/check/")
    assert Entry.objects.get().amount_pence == pence
    assert not BudgetDraft.objects.exists()


def test_two_presses_open_one_budget(cast, client_of, direct_payment):
    client = client_of(cast.joan)
    client.post("/money/begin/check/")
    assert Budget.objects.get() == direct_payment


@pytest.mark.parametrize(
    "query",
    [
        "first_0=1&first_1=1&first_2=1950&last_0=1&last_1=1&last_2=1951",
        "first_0=31&first_1=2&first_2=2026",
        "first_0=x",
    ],
)
def test_a_statement_answers_any_dates(cast, client_of, direct_payment, query):
    client = client_of(cast.joan)
    for ending in ("/", ".pdf", ".xlsx"):
        assert client.get(f"/money/{direct_payment.public_id}/statement{ending}?{query}").status_code == 200


@pytest.mark.parametrize("typed", ["-1", "1e3", "lots"])
def test_a_limit_that_is_no_amount_changes_nothing(cast, client_of, typed):

    now = timezone.now()
    held = make_delegation(cast.joan, cast.priya, now=now)
    answer = client_of(cast.joan).post(f"/money/limits/{held.pk}/", {"per_order": typed, "per_month": ""})
    assert answer.status_code == 200
    assert not DelegateLimit.objects.exists()


def day_boxes(name: str, day) -> dict[str, str]:
    return {f"{name}_0": str(day.day), f"{name}_1": str(day.month), f"{name}_2": str(day.year)}


@pytest.fixture
def money_form(cast, client_of, account, offer, direct_payment, unrelated):
    """A form that takes an amount: who fills it in, its address, the box, and everything else as it should be."""

    def of(name: str):
        budget, today = direct_payment, timezone.localdate()
        outcome = str(budget.outcomes.first().pk)
        bought = {"what": "Spade", "who": "The shop", "method": "cash", "outcome": outcome, "pence": "12.50"}
        bought |= {"relation": "none", "shares_home": "no", **day_boxes("bought_on", today)}
        set_up = {"email": cast.joan.email, "source": "direct_payment", "outcomes": "I garden", "allocated": "100"}
        set_up |= day_boxes("starts_on", today) | day_boxes("ends_on", today + timedelta(days=300))
        mine, staff = f"/money/{budget.public_id}", "/staff/money"
        url, box, typed = {
            "bought": (f"{mine}/bought/", "pence", bought),
            "own on top": (f"{mine}/bought/", "own", bought),
            "more": (f"{mine}/more/", "allocated", {"token": "a"}),
            "more of one's own": (f"{mine}/more/", "contributed", {"token": "a"}),
            "more from the council": (f"{staff}/budgets/{budget.public_id}/more/", "allocated", {"token": "a"}),
            "set up": (f"{staff}/quantock/set-up/", "allocated", set_up),
            "set up, own": (f"{staff}/quantock/set-up/", "contributed", set_up),
            "part of a price": (f"/orders/new/{offer.public_id}/money/", "part", {"budget": str(budget.pk)}),
        }[name]
        who = client_of(cast.theo if url.startswith(staff) else cast.joan)
        if name == "part of a price":
            soon = today + timedelta(days=20)
            who.post(f"/orders/new/{offer.public_id}/when/", day_boxes("day", soon) | {"words": ""})
            who.post(f"/orders/new/{offer.public_id}/quantity/", {"quantity": "2"})
            who.post(f"/orders/new/{offer.public_id}/note/", {"note": ""})
        return who, url, box, typed

    return of


MAY_BE_NOTHING = {"own on top", "set up, own", "more of one's own"}  # an own share of nothing is no share


@pytest.mark.parametrize(
    "name",
    [
        "bought",
        "own on top",
        "more",
        "more of one's own",
        "more from the council",
        "set up",
        "set up, own",
        "part of a price",
    ],
)
def test_no_form_of_money_takes_what_is_no_amount_and_each_keeps_what_was_typed(money_form, name):
    """Said beside the box it is about, nothing written, and nothing to be typed again."""
    who, url, box, typed = money_form(name)
    before = (Entry.objects.count(), Purchase.objects.count(), Budget.objects.count())
    for wrong in ("0", "-1", "1e9", "1000000000", "1.005"):
        if wrong == "0" and name in MAY_BE_NOTHING:
            continue
        answer = who.post(url, typed | {box: wrong})
        assert answer.status_code == 200, wrong
        form, page = answer.context["form"], answer.content.decode()
        shown = form[box]
        assert list(form.errors) == [box], (wrong, form.errors)
        assert f'href="#{shown.auto_id}"' in page, "the summary leads to the box"
        assert f'id="{shown.auto_id}_error"' in page
        for field in form:
            if isinstance(said := typed.get(field.html_name), str) and field.widget_type == "text":
                assert f'value="{said}"' in page
        assert re.search(rf'<input[^>]*name="{box}"[^>]*value="{re.escape(wrong)}"', page) or re.search(
            rf'<input[^>]*value="{re.escape(wrong)}"[^>]*name="{box}"', page
        )
        assert (Entry.objects.count(), Purchase.objects.count(), Budget.objects.count()) == before, wrong
    assert who.post(url, typed | {box: "10"}).status_code == 302, "with an amount it is taken"


@pytest.mark.parametrize("wrong", [0, -1, 1e9, "1e9", "lots", 1.005, "£12,50", None])
def test_a_line_of_a_spreadsheet_without_an_amount_sets_nothing_up(cast, client_of, wrong):
    line = ["joan@example.org", "direct payment", date(2026, 4, 6), date(2027, 4, 5), wrong, 0, "I garden"]
    theo, url = client_of(cast.theo), "/staff/money/quantock/spreadsheet/"
    tried = theo.post(url, {"sheet": sheet_of(line), "action": "try"})
    assert [bool(row["troubles"]) for row in tried.context["rows"]] == [True]
    assert "Some lines cannot be read." in tried.content.decode()
    theo.post(url, {"action": "write"})
    assert not Budget.objects.exists()
    assert not Entry.objects.exists()


def test_a_sum_that_a_spreadsheet_worked_out_is_its_pence(cast, client_of):
    """0.1 + 0.2 is not quite 0.3 in a spreadsheet either."""
    line = ["joan@example.org", "direct payment", date(2026, 4, 6), date(2027, 4, 5), 1560.1 + 0.2, 0, "I garden"]
    theo, url = client_of(cast.theo), "/staff/money/quantock/spreadsheet/"
    theo.post(url, {"sheet": sheet_of(line), "action": "try"})
    theo.post(url, {"action": "write"})
    assert Entry.objects.get().amount_pence == 156_030
