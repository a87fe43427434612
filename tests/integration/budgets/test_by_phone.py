"""A caller's order by telephone can be paid from their budget; whoever helps them sees which, never how much."""

import pytest
from django.utils import timezone

from marketplace.people import services as people
from payments.budgets.models import Purchase
from payments.orders.models import Order
from tests.integration.orders.conftest import by_self

pytestmark = pytest.mark.django_db


@pytest.fixture
def nia_with_joan(cast, client_of):
    call = people.call_start(
        council=cast.council["quantock"],
        staff=cast.nia,
        caller=cast.joan,
        consent_words="Yes, please.",
        by=by_self(cast.nia),
        now=timezone.now(),
    )
    client = client_of(cast.nia)
    session = client.session
    session["on-the-phone"] = call.pk
    session.save()
    return client


def test_a_callers_budget_pays_and_no_page_says_how_much_is_in_it(nia_with_joan, offer, direct_payment, unrelated):
    outcome = direct_payment.outcomes.first()
    answers = {
        "budget": str(direct_payment.pk),
        f"outcome-{direct_payment.pk}": str(outcome.pk),
        "quantity": "2",
        "words": "any morning",
        "begin_early": "on",
    }
    page, seen = nia_with_joan.get(f"/orders/new/{offer.public_id}/", follow=True), []
    for _step in range(10):
        seen.append(page.content.decode())
        known = page.context["form"].initial if "check" in page.request["PATH_INFO"] else {}
        page = nia_with_joan.post(page.request["PATH_INFO"], answers | known, follow=True)
        if Order.objects.exists():
            break
    assert any("Which money pays for it?" in words for words in seen)
    assert not [words for words in seen if "£500" in words or " left</" in words]
    purchase = Purchase.objects.get()
    assert purchase.order == Order.objects.get().public_id
    assert purchase.lines.get().budget == direct_payment
    assert nia_with_joan.get("/money/").status_code == 404, "the money itself stays theirs"
