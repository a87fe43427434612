"""A change of what was agreed: refused where the money may not pay it, then proposed, answered and held to."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from payments.arrangements.services import PaidFrom
from payments.budgets import services as budgets
from payments.budgets.models import Relation
from tests.browser.arrangements.test_every_week import follow, press, stands

SLOW = 20_000  # milliseconds that a page may take to stand
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def say_of_sam(garden, relation: Relation) -> None:
    budgets.declaration_make(
        person=garden.cast.joan,
        provider=garden.offer.listing.provider,
        said=budgets.the_same_of_all(
            garden.offer.listing.provider, budgets.Related(relation, shares_home=relation != Relation.NONE)
        ),
        by=garden.joan,
        now=timezone.now(),
    )


def test_joan_proposes_fridays_twice_a_day_and_sam_says_yes(browser_of, look, cast, garden, budget):
    arrangement = garden.running(paid_from=PaidFrom(budget, budget.outcomes.get(), begin_early=True))
    joan, sam = browser_of(cast.joan, f"/arrangements/{arrangement.public_id}/"), browser_of(cast.sam, "/provider/")
    follow(joan, "Propose a change")
    stands(joan, "Propose a change")
    joan.get_by_label("Tuesday", exact=True).uncheck()
    joan.get_by_label("Friday", exact=True).check()
    joan.get_by_text("Some days have other times").click()
    joan.get_by_label("Only on Friday").fill("9am and 5pm")
    joan.get_by_label("Anything to say about it?").fill("My choir has moved to Tuesdays.")
    say_of_sam(garden, Relation.PARTNER)
    press(joan, "Propose this change")
    expect(joan.get_by_text("By law a direct payment cannot pay Sam").first).to_be_visible(timeout=SLOW)
    look(joan, "change-may-not-be-paid")
    assert joan.get_by_label("Anything to say about it?").input_value() == "My choir has moved to Tuesdays."
    assert arrangement.versions.count() == 1

    say_of_sam(garden, Relation.NONE)
    press(joan, "Propose this change")
    expect(joan.get_by_text("The change you proposed")).to_be_visible(timeout=SLOW)
    look(joan, "change-proposed")
    sam.reload()
    expect(sam.get_by_text("One proposal waits for your answer.")).to_be_visible(timeout=SLOW)
    sam.goto(f"/provider/arrangements/{arrangement.public_id}/")
    expect(sam.get_by_text("My choir has moved to Tuesdays.")).to_be_visible(timeout=SLOW)
    look(sam, "change-to-answer")
    press(sam, "Yes, change it")
    expect(sam.get_by_text("Agreed. The visits follow what you both said.")).to_be_visible(timeout=SLOW)
    look(sam, "changed")
    joan.reload()
    expect(joan.get_by_text("Every Friday at 9am and 5pm").first).to_be_visible(timeout=SLOW)
    assert arrangement.versions.filter(state="agreed").count() == 2
