"""Days and years in which nothing happened are pages like any other: they say so, and can be taken home."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.budgets.test_from_first_budget_to_statement import fill_date

SLOW = 20_000  # milliseconds that a page may take to stand
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_statement_of_days_with_nothing_in_them(browser_of, look, cast, direct_payment):
    today = timezone.localdate()
    joan = browser_of(cast.joan, f"/money/{direct_payment.public_id}/statement/")
    look(joan, "statement-of-all-days")
    on_paper(joan)
    fill_date(joan, "From", today - timedelta(days=400))
    fill_date(joan, "To", today - timedelta(days=370))
    joan.get_by_role("button", name="Show these days").click()
    expect(joan.get_by_text("Nothing happened in these days.")).to_be_visible(timeout=SLOW)
    look(joan, "statement-of-nothing")
    assert joan.get_by_text("£0.00").count() >= 2
    with joan.expect_download() as download:
        joan.get_by_role("link", name="On paper (PDF)").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")


def on_paper(joan) -> None:
    """Printed, the statement is the account and its sums: no questions, links or colours."""
    joan.emulate_media(media="print")
    for words in ("Statement: Direct payment", "Unspent at the end", "Money out"):
        expect(joan.get_by_text(words).first).to_be_visible(timeout=SLOW)
    for words in ("Take it with you", "Other days", "Show these days", "Worried about someone?"):
        expect(joan.get_by_text(words)).to_be_hidden(timeout=SLOW)
    expect(joan.locator("header nav").first).to_be_hidden(timeout=SLOW)
    expect(joan.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    joan.emulate_media(media="screen")
    expect(joan.get_by_text("Other days")).to_be_visible(timeout=SLOW)


def test_a_year_in_which_a_provider_earned_nothing(browser_of, look, cast, account):
    sam = browser_of(cast.sam, f"/provider/payments/{account.provider.public_id}/earnings/")
    look(sam, "earned-nothing")
    expect(sam.get_by_text("£0.00 waits at Stripe")).to_be_visible(timeout=SLOW)
    with sam.expect_download() as download:
        sam.get_by_role("link", name="On paper (PDF)").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
