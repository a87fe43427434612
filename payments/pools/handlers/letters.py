"""The words of every letter about a group. No money source, no health words, no names but first ones."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.core import clock
from marketplace.core.look.words import uk_date
from marketplace.core.money import pounds_exact
from marketplace.people.links import page_of
from marketplace.people.models import User
from payments.orders.handlers.money_letters import Letter, Words

from ..models import Invitation, Pledge, Pool
from ..presentation import words as said
from ..services.telling import Letter as Turn
from ..states import GOES_AHEAD
from . import closing_letters
from .wording import Facts, Writer, details, facts_of, nothing_paid


def letter_about(pool: Pool, turn: str, reader: User, pledge: Pledge | None) -> Letter:
    """The letter of that name to that reader. Raises KeyError for a name that nobody wrote."""
    keeps = pledge is None and pool.provider.keepers.filter(pk=reader.pk).exists()
    facts = facts_of(pool, pledge)
    writers = TO_PROVIDER if keeps and turn in TO_PROVIDER else TO_PEOPLE
    subject, paragraphs, do = writers[turn](pool, pledge, facts)
    if pledge is not None and reader.pk != pledge.person_id:
        paragraphs = [_("This is about %(person)s’s place.") % {"person": pledge.person}, *paragraphs]
    where = "provider_pools:pool" if keeps else PAGE_OF.get(turn, "pools:pool")
    path = reverse(where, args=[pool.public_id])
    if pledge is not None:
        path = page_of(pledge.person, reader, path, clock.now())
    return Letter(
        subject=subject,
        paragraphs=[words for words in paragraphs if words],
        url=settings.SITE_URL + path,
        do=do,
    )


def invitation_letter(invitation: Invitation) -> Letter:
    """Somebody is asked to join; the link is theirs alone."""
    pool = invitation.pool
    facts = facts_of(pool, None)
    again = invitation.person_id is not None and pool.renews_id is not None
    hello = (
        _("%(organiser)s asks whether you would like to be in “%(group)s” again.")
        if again
        else _("%(organiser)s asks whether you would like to share something: “%(group)s”.")
    )
    return Letter(
        subject=_("%(organiser)s asks you to join %(group)s") % facts,
        paragraphs=[
            hello % facts,
            details(facts),
            _("You would never pay more than %(worst)s, and less if more people join.") % facts,
            _("Nobody pays unless enough people join. You can say no by doing nothing."),
        ],
        url=settings.SITE_URL + reverse("pools:invitation", args=[invitation.public_id]),
        do=_("See the group"),
    )


def _asked_provider(pool: Pool, pledge: Pledge | None, facts: Facts) -> Words:
    price = (
        _("For the whole group: %(total)s") % facts if pool.current.price.is_shared else said.tiers_words(pool.current)
    )
    size = _("%(least)s to %(most)s people") % facts
    return (
        _("A group would like to come to you: %(group)s") % facts,
        [
            _("%(organiser)s has started a group to buy this from you together. Do the dates suit you?") % facts,
            "\n".join([details(facts), size, price]),
            _("It goes ahead only if you say yes by %(until)s, and if enough people join.") % facts,
        ],
        _("Say yes or no"),
    )


def _agreed(pool: Pool, pledge: Pledge | None, facts: Facts) -> Words:
    return (
        _("%(name)s says yes to %(group)s") % facts,
        [
            _("%(provider)s says yes to the dates and the price.") % facts,
            details(facts),
            _("It goes ahead if %(least)s people are ready by %(until)s.") % facts,
        ],
        _("See the group"),
    )


def _joined(pool: Pool, pledge: Pledge | None, facts: Facts) -> Words:
    return (
        _("You have a place in %(group)s") % facts,
        [
            _("You have a place. Nothing has been paid yet."),
            details(facts),
            _("You will never pay more than %(worst)s. It can only become less.") % facts,
            _("It goes ahead if %(least)s people are ready by %(until)s. Until then you can leave, free.") % facts,
        ],
        _("See the group"),
    )


def _somebody_joined(pool: Pool, pledge: Pledge | None, facts: Facts) -> Words:
    return (
        _("Somebody has joined %(group)s") % facts,
        [said.capital(said.places_words(pool)) + ".", details(facts)],
        _("See who is in it"),
    )


def _somebody_left(pool: Pool, pledge: Pledge | None, facts: Facts) -> Words:
    return (
        _("Somebody has left %(group)s") % facts,
        [
            _("Somebody has left the group. Nobody else pays more because of that.")
            if pool.state in GOES_AHEAD
            else "",
            said.capital(said.places_words(pool)) + ".",
        ],
        _("See the group"),
    )


def _save_card(pool: Pool, pledge: Pledge | None, facts: Facts) -> Words:
    return (
        _("One thing left to do for %(group)s: save a card") % facts,
        [
            _("There is a yes to the money. Now save the card that it is paid with. Nothing is taken today."),
            _("Your place is kept for three days. After that somebody else may take it."),
        ],
        _("Save the card"),
    )


def _card_ends(pool: Pool, pledge: Pledge | None, facts: Facts) -> Words:
    ends = pledge.card_until if pledge is not None else None
    day = uk_date(ends, today=timezone.localdate()) if ends else ""
    return (
        _("Your card ends too soon for %(group)s") % facts,
        [
            _("The card you saved is good until %(day)s. We ask it after %(until)s, and by then it has run out.")
            % {**facts, "day": day},
            _("Save another one before that. Your place is kept, and nothing has been taken."),
        ],
        _("Use another card"),
    )


def _changed(pool: Pool, pledge: Pledge | None, facts: Facts) -> Words:
    return (
        _("Something about %(group)s has changed") % facts,
        [
            _("The price, the dates or the house rules are different now. You are in only if you say yes again."),
            details(facts),
            _("You would never pay more than %(worst)s.") % {"worst": pounds_exact(pool.worst_pence)},
            _("Say yes by %(until)s. If you do nothing, you are out and pay nothing.") % facts,
        ],
        _("See what is different"),
    )


def _place_free(pool: Pool, pledge: Pledge | None, facts: Facts) -> Words:
    return (
        _("A place is free in %(group)s") % facts,
        [_("You asked us to tell you. Whoever takes it first has it."), details(facts)],
        _("Take the place"),
    )


def _place_lost(pool: Pool, pledge: Pledge | None, facts: Facts) -> Words:
    return (
        _("Your place in %(group)s is free again") % facts,
        [
            _("We did not hear of a card within the hour, so the place is free again.") + " " + nothing_paid(),
            _("You can join again as long as there are places."),
        ],
        _("See the group"),
    )


def _hand_over(pool: Pool, pledge: Pledge | None, facts: Facts) -> Words:
    return (
        _("Would you organise %(group)s from now on?") % facts,
        [
            _("%(organiser)s asks whether you would look after the group from now on.") % facts,
            _("It costs nothing. You can invite people and change the dates before it closes. You can say no."),
        ],
        _("Answer"),
    )


def _handed_over(pool: Pool, pledge: Pledge | None, facts: Facts) -> Words:
    return (
        _("Somebody else organises %(group)s now") % facts,
        [_("The one you asked has said yes. Your own place stays as it is.")],
        _("See the group"),
    )


TO_PEOPLE: dict[str, Writer] = {
    Turn.ASKED_PROVIDER: _asked_provider,
    Turn.AGREED: _agreed,
    Turn.JOINED: _joined,
    Turn.SOMEBODY_JOINED: _somebody_joined,
    Turn.SAVE_CARD: _save_card,
    Turn.CARD_ENDS: _card_ends,
    Turn.CHANGED: _changed,
    Turn.SOMEBODY_LEFT: _somebody_left,
    Turn.PLACE_FREE: _place_free,
    Turn.PLACE_LOST: _place_lost,
    Turn.NOT_READY: closing_letters.not_ready,
    Turn.CARD_FAILED: closing_letters.card_failed,
    Turn.CARD_REMINDER: closing_letters.card_reminder,
    Turn.CARD_GONE: closing_letters.card_gone,
    Turn.CONFIRMED: closing_letters.confirmed,
    Turn.FAILED: closing_letters.failed,
    Turn.CANCELLED: closing_letters.cancelled,
    Turn.PAY_LATE: closing_letters.pay_late,
    Turn.WANTS_TO_LEAVE: closing_letters.wants_to_leave,
    Turn.TAKEN_OVER: closing_letters.taken_over,
    Turn.HAND_OVER: _hand_over,
    Turn.HANDED_OVER: _handed_over,
}
TO_PROVIDER: dict[str, Writer] = {
    Turn.ASKED_PROVIDER: _asked_provider,
    Turn.CONFIRMED: closing_letters.confirmed_provider,
    Turn.FAILED: closing_letters.failed_provider,
    Turn.CANCELLED: closing_letters.cancelled,
}
PAGE_OF: dict[str, str] = {
    Turn.CARD_ENDS: "pools:card",
    Turn.CARD_FAILED: "pools:repair",
    Turn.CARD_REMINDER: "pools:repair",
    Turn.PAY_LATE: "pools:repair",
}
