"""What people type where an amount belongs, and years in which nothing happened: no page breaks, no penny appears."""

import pytest
from django.utils import timezone

from marketplace.people.models import Delegation, Scope
from payments.budgets.models import Budget, BudgetDraft, DelegateLimit
from payments.ledger.models import Entry

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
    held = Delegation.objects.create(
        person=cast.joan, delegate=cast.priya, scope=Scope.BUY, starts_at=now, granted_by=cast.joan, granted_at=now
    )
    answer = client_of(cast.joan).post(f"/money/limits/{held.pk}/", {"per_order": typed, "per_month": ""})
    assert answer.status_code == 200
    assert not DelegateLimit.objects.exists()
