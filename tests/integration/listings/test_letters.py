"""Whoever keeps a listing gets a letter for each thing that happens to it: once, in plain words, with the way on."""

import pytest
from django.core import mail
from django.utils import timezone

from marketplace.core import outbox
from marketplace.core.audit import CLOCKWORK
from providers.listings import services
from tests.factories.listings import make_listing, make_provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def submitted(cast):
    listing = make_listing(make_provider(cast.council["quantock"], cast.sam), live=False)
    return services.listing_submit(listing=listing, by=CLOCKWORK, user=cast.sam, now=timezone.now())


def letters_after_delivery() -> list[mail.EmailMultiAlternatives]:
    mail.outbox.clear()
    outbox.deliver()
    return [letter for letter in mail.outbox if "sam@example.org" in letter.to]


def test_sending_is_confirmed(submitted):
    (letter,) = letters_after_delivery()
    assert letter.subject == "We have sent your page to the council"
    assert f"/provider/listings/{submitted.public_id}/" in letter.body
    assert "Quantock Council" in letter.body


def test_a_page_that_comes_back_says_where_the_comments_are_and_not_what_they_say(submitted, cast):
    """Comments may name what somebody needs help with; a letter lies open in an inbox."""
    letters_after_delivery()
    services.draft_of(submitted).current_workflow_task_state.reject(user=cast.moira, comment="Leave out her diagnosis.")
    (letter,) = letters_after_delivery()
    assert letter.subject == "The council asks you to change something"
    assert "diagnosis" not in letter.body + letter.alternatives[0].content


def test_going_live_and_new_words_have_their_own_letters(submitted, cast):
    letters_after_delivery()
    services.draft_of(submitted).current_workflow_task_state.approve(user=cast.moira)
    (letter,) = letters_after_delivery()
    assert letter.subject == "People can now find your page"
    now = timezone.now()
    services.listing_edit(listing=submitted, by=CLOCKWORK, user=cast.sam, now=now, summary="New words")
    listing = services.listing_submit(listing=submitted, by=CLOCKWORK, user=cast.sam, now=now)
    letters_after_delivery()
    services.draft_of(listing).current_workflow_task_state.approve(user=cast.moira)
    (letter,) = letters_after_delivery()
    assert letter.subject == "Your new words are on your page"


def test_a_letter_that_is_no_longer_true_is_not_sent(submitted, cast):
    """The queue may lag: taken back before the letter went out."""
    services.listing_withdraw(listing=submitted, by=CLOCKWORK, user=cast.sam, now=timezone.now())
    assert letters_after_delivery() == []


def test_the_question_whether_it_is_still_right(cast):
    listing = make_listing(make_provider(cast.council["quantock"], cast.sam))
    letters_after_delivery()
    services.listing_remind(listing=listing, now=timezone.now())
    (letter,) = letters_after_delivery()
    assert letter.subject == "Is your page still right?"
    assert "Everything is still right" in letter.body
