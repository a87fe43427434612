"""A budget that a helper writes down, one outside its days, and one that is closed while somebody buys."""

from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace.core.audit import CLOCKWORK, DELEGATE
from marketplace.core.models import AuditEntry
from marketplace.people.models import Delegation, Scope
from payments.budgets import services
from payments.budgets.models import Budget, BudgetDraft, Purchase
from payments.budgets.states import Source
from payments.ledger.models import Entry
from payments.orders.models import Order
from tests.integration.orders.conftest import by_self

pytestmark = pytest.mark.django_db


def day_boxes(name: str, day) -> dict[str, int]:
    return {f"{name}_0": day.day, f"{name}_1": day.month, f"{name}_2": day.year}


def answered(client) -> None:
    """The five questions of a first budget."""
    today = timezone.localdate()
    for step, typed in (
        ("source", {"source": "direct_payment"}),
        ("period", day_boxes("starts_on", today) | day_boxes("ends_on", today + timedelta(days=300))),
        ("amount", {"allocated": "1560"}),
        ("outcomes", {"outcomes": "I get into the garden"}),
        ("who", {"council": "quantock"}),
    ):
        client.post(f"/money/begin/{step}/", typed)


def helper(cast, scope: Scope) -> Delegation:
    now = timezone.now()
    facts = {"person": cast.joan, "delegate": cast.priya, "starts_at": now, "granted_by": cast.joan, "granted_at": now}
    return Delegation.objects.create(scope=scope, **facts)


def test_a_helper_who_buys_sets_up_the_persons_budget_and_it_says_who(cast, client_of):
    """Priya writes it down; it is Joan's, and Joan reads that it was Priya."""
    priya = client_of(cast.priya)
    priya.post(f"/accounts/acting/start/{helper(cast, Scope.BUY).pk}/")
    answered(priya)
    assert (BudgetDraft.objects.get().person, Budget.objects.count()) == (cast.joan, 0)
    checked = priya.get("/money/begin/check/").content.decode()
    assert "£1,560" in checked
    priya.post("/money/begin/check/")
    budget = Budget.objects.get()
    assert (budget.person, budget.opened_by, budget.council) == (cast.joan, cast.priya.pk, cast.council["quantock"])
    written = AuditEntry.objects.get(action="budgets.budget.open")
    assert (written.by_id, written.for_id, written.channel) == (cast.priya.pk, cast.joan.pk, DELEGATE)
    assert client_of(cast.joan).get(f"/money/{budget.public_id}/").status_code == 200
    priya.post("/accounts/acting/stop/")
    assert priya.get(f"/money/{budget.public_id}/").status_code == 404, "not Priya's own"


def test_a_helper_who_may_only_see_sets_up_nothing(cast, client_of):
    priya = client_of(cast.priya)
    priya.post(f"/accounts/acting/start/{helper(cast, Scope.SEE).pk}/")
    answered(priya)
    assert priya.post("/money/begin/check/").status_code == 404
    assert not Budget.objects.exists()
    assert not BudgetDraft.objects.exists()


@pytest.mark.parametrize(("first", "last"), [(1, 300), (-300, -1)])
def test_a_budget_outside_its_days_is_not_offered_and_buys_nothing(
    cast, client_of, buy, open_budget, unrelated, share, offer, figures, first, last
):
    today = timezone.localdate()
    budget = open_budget(starts_on=today + timedelta(days=first), ends_on=today + timedelta(days=last))
    entries = Entry.objects.count()
    with pytest.raises(services.NotOpen):
        buy(share(budget, 3600))
    joan, new = client_of(cast.joan), f"/orders/new/{offer.public_id}"
    asked_as_far_as_money(joan, new)
    assert joan.get(f"{new}/money/").status_code == 302, "no question, for there is no other money than her own"
    assert (figures(budget), Entry.objects.count(), Order.objects.count()) == ((50_000, 0, 0), entries, 0)


@pytest.mark.parametrize(("first", "last"), [(0, 300), (-300, 0)])
def test_a_budget_buys_on_its_first_day_and_its_last(buy, open_budget, unrelated, share, figures, first, last):
    today = timezone.localdate()
    budget = open_budget(starts_on=today + timedelta(days=first), ends_on=today + timedelta(days=last))
    buy(share(budget, 3600))
    assert figures(budget) == (46_400, 3600, 0)


def asked_as_far_as_money(client, new: str) -> None:
    day = timezone.localdate() + timedelta(days=20)
    client.post(f"{new}/when/", {"day_0": day.day, "day_1": day.month, "day_2": day.year, "words": ""})
    client.post(f"{new}/quantity/", {"quantity": "2"})
    client.post(f"{new}/note/", {"note": ""})


@pytest.mark.parametrize("other", [False, True])
def test_a_budget_closed_between_the_questions_and_the_button_orders_nothing_and_says_so(
    cast, client_of, offer, direct_payment, unrelated, open_budget, other
):
    """Priya closes it while Joan reads the last page: nothing may be ordered from her own money unasked."""
    if other:
        open_budget(Source.SELF_FUND, council=None, outcomes=[])
    joan, new = client_of(cast.joan), f"/orders/new/{offer.public_id}"
    asked_as_far_as_money(joan, new)
    joan.post(f"{new}/money/", {"budget": str(direct_payment.pk), "part": ""})
    joan.post(f"{new}/outcome/", {f"outcome-{direct_payment.pk}": str(direct_payment.outcomes.first().pk)})
    page = joan.get(f"{new}/check/")
    form = page.context["form"]
    services.budget_close(budget=direct_payment, by=CLOCKWORK, now=timezone.now())
    typed = {"token": form.initial["token"], "total": form.initial["total"], "begin_early": "on"}
    answer = joan.post(f"{new}/check/", typed, follow=True)
    words = answer.content.decode()
    assert not Order.objects.exists()
    assert not Purchase.objects.exists()
    assert "Please answer this question again. Something has changed since." in words
    assert "Which money pays for it?" in words
    assert "Direct payment" not in words[words.index("<form") :]
    joan.post(f"{new}/money/", {"budget": "own", "part": ""})
    assert joan.post(f"{new}/check/", typed).status_code == 302
    assert Order.objects.get().person == cast.joan, "what she chooses herself is ordered"


def test_a_budget_is_not_closed_while_its_request_waits(cast, client_of, buy, open_budget, share, figures):
    managed = open_budget(Source.COUNCIL_MANAGED, 10_000)
    approval = buy(share(managed, 3600)).approvals.get()
    joan, close = client_of(cast.joan), f"/money/{managed.public_id}/close/"
    said = joan.post(close, follow=True).content.decode()
    assert "Something is still promised from it. Pay or cancel that first." in said
    managed.refresh_from_db()
    assert managed.closed_at is None
    services.approval_withdraw(approval=approval, by=by_self(cast.joan), now=timezone.now())
    assert "Closed. Its statement stays here." in joan.post(close, follow=True).content.decode()
    managed.refresh_from_db()
    assert managed.closed_at is not None
    assert figures(managed) == (10_000, 0, 0)
