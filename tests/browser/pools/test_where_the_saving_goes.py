"""From a saving to a vote and what came of it, by two members. No JavaScript, 320 pixels."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from payments.pools.models import Decision, Pool
from payments.pools.services import voting
from tests.browser.orders.test_from_listing_to_receipt import press

from .test_from_an_offer_to_a_group import heading

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def saved(group, cast) -> Pool:
    """Ken, Joan and Lee share £100 and have paid; alone each would have paid £40."""
    return group.paid_by(cast.ken, cast.joan, cast.lee)


def takes_part(page, pounds: str) -> None:
    page.get_by_label("How much of what you saved?").fill(pounds)
    press(page, "Keep this")
    heading(page, "Where our saving goes")
    expect(page.get_by_text(f"You put in £{pounds}")).to_be_visible()


def test_two_put_in_part_of_their_saving_propose_rank_and_read_what_came_of_it(
    phone_of, look, cast, group, saved, deliver
):
    ken = phone_of(cast.ken, reverse("pools:saving", args=[saved.public_id]))
    look(ken, "what-the-group-saves")
    ken.goto(reverse("pools:vote", args=[saved.public_id]))
    look(ken, "do-you-take-part")
    takes_part(ken, "5")
    press(ken, "Open a vote")
    expect(ken.get_by_role("heading", name="The vote is open until")).to_be_visible()
    ken.get_by_label("What would you do with it?").fill("Two more afternoons in May")
    press(ken, "Propose it")
    expect(ken.get_by_label("Two more afternoons in May")).to_be_visible()
    joan = phone_of(cast.joan, reverse("pools:vote", args=[saved.public_id]))
    expect(joan.get_by_text("Those who put in part of their saving have a vote.")).to_be_visible()
    look(joan, "a-vote-without-me")
    takes_part(joan, "6.66")
    joan.get_by_label("What would you do with it?").fill("A taxi for Lee")
    press(joan, "Propose it")
    joan.get_by_label("A taxi for Lee").fill("1")
    joan.get_by_label("Two more afternoons in May").fill("1")
    press(joan, "Vote")
    expect(joan.get_by_text("Each number only once").first).to_be_visible()
    look(joan, "each-number-once")
    joan.get_by_label("Two more afternoons in May").fill("2")
    press(joan, "Vote")
    expect(joan.get_by_text("Your vote is kept.")).to_be_visible()
    look(joan, "voted")
    decision = Decision.objects.get()
    group.later(days=9)
    voting.decision_close(decision=decision, now=group.at)
    deliver()
    ken.reload()
    expect(ken.get_by_role("heading", name="You chose: A taxi for Lee")).to_be_visible()
    look(ken, "the-group-chose")
    assert sum(group.taken(saved).values()) == 10_000
