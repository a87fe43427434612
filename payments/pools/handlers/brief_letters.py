"""The words of every letter about what a group wants. A provider is never told of another's offer or price."""

from collections.abc import Callable

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.core.money import pounds
from payments.orders.handlers.money_letters import Letter, Words

from ..models import Brief, Tender
from ..presentation import words as said
from ..services.asked import offers_of
from ..services.telling import BriefLetter as Turn
from ..services.voting import winner_of
from ..states import BRIEF_DECIDED

Facts = dict[str, str]
TO_KEEPERS = frozenset([Turn.ASKED, Turn.CHOSEN, Turn.NOT_CHOSEN, Turn.ENDED_OFFERS])


def letter_about_brief(brief: Brief, turn: str, tender: Tender | None) -> Letter:
    """The letter of that name. Raises KeyError for a name that nobody wrote."""
    facts = _facts(brief, tender)
    subject, paragraphs, do = WRITERS[turn](facts)
    where = "provider_pools:brief" if turn in TO_KEEPERS else "pools:brief"
    return Letter(
        subject=subject,
        paragraphs=[words for words in paragraphs if words],
        url=settings.SITE_URL + reverse(where, args=[brief.public_id]),
        do=do,
    )


def _facts(brief: Brief, tender: Tender | None) -> Facts:
    won = winner_of(brief.decision) if brief.state in BRIEF_DECIDED else None
    offers = offers_of(brief).count()
    return {
        "brief": brief.name,
        "words": brief.words,
        "people": said.people_words(brief.heads),
        "until": said.until_words(brief.offers_by),
        "vote_until": said.until_words(brief.vote_by),
        "offers": ngettext("%(n)d offer", "%(n)d offers", offers) % {"n": offers},
        "won": won.words if won else "",
        "price": pounds(won.tender.total_pence) if won and won.tender else "",
        "reason": tender.reason if tender else "",
        "offered": pounds(tender.total_pence) if tender else "",
    }


def _asked(facts: Facts) -> Words:
    return (
        _("A group near you looks for somebody: %(brief)s") % facts,
        [
            _("About %(people)s would like to buy this together.") % facts,
            f"“{facts['words']}”",
            _("Name your price by %(until)s. No other provider sees it. Then the group votes.") % facts,
        ],
        _("Read it and make an offer"),
    )


def _joined(facts: Facts) -> Words:
    return (
        _("One more wants this too: %(brief)s") % facts,
        [_("Somebody has joined by your link. When enough of you are there, ask providers for offers.")],
        _("See who is in"),
    )


def _offered(facts: Facts) -> Words:
    return (
        _("An offer has come: %(brief)s") % facts,
        [
            _("You all read the offers at the same time, when the time for them is over: %(until)s.") % facts,
            _("You need do nothing until then."),
        ],
        _("See how it stands"),
    )


def _vote(facts: Facts) -> Words:
    return (
        _("Which offer do you like best? %(brief)s") % facts,
        [
            _("There is %(offers)s to read.") % facts
            if facts["offers"].startswith("1 ")
            else _("There are %(offers)s to read.") % facts,
            _("Each of you has one vote, until %(vote_until)s. Nobody pays anything by voting.") % facts,
        ],
        _("Read and vote"),
    )


def _decided(facts: Facts) -> Words:
    return (
        _("You chose %(won)s: %(brief)s") % facts,
        [
            _("The price for all of you together is %(price)s. How it was counted is in the minutes.") % facts,
            _("Now whoever wrote it settles the dates, and asks you whether you want a place. Nobody has paid yet."),
        ],
        _("See the result"),
    )


def _chosen(facts: Facts) -> Words:
    return (
        _("The group chose you: %(brief)s") % facts,
        [
            _("Your price of %(offered)s stands. Now the group settles the dates, and we ask you whether they suit.")
            % facts,
            _("It goes ahead only if enough people join in the end."),
        ],
        _("See your offer"),
    )


def _not_chosen(facts: Facts) -> Words:
    return (
        _("The group chose somebody else: %(brief)s") % facts,
        [_("Thank you for your offer."), _("Why: %(reason)s") % facts, _("You have nothing more to do.")],
        _("See your offer"),
    )


def _ended(facts: Facts) -> Words:
    return (
        _("Nothing comes of it: %(brief)s") % facts,
        [
            _("Nobody offered, nobody voted, or it was called off. Nobody pays anything."),
            _("You can write down again what you want, with more time or for more people."),
        ],
        _("See what happened"),
    )


def _ended_offers(facts: Facts) -> Words:
    return (
        _("Nothing comes of it: %(brief)s") % facts,
        [_("The group called it off, or nobody voted. Thank you for your offer. You have nothing more to do.")],
        _("See your offer"),
    )


WRITERS: dict[str, Callable[[Facts], Words]] = {
    Turn.ASKED: _asked,
    Turn.JOINED: _joined,
    Turn.OFFERED: _offered,
    Turn.VOTE: _vote,
    Turn.DECIDED: _decided,
    Turn.CHOSEN: _chosen,
    Turn.NOT_CHOSEN: _not_chosen,
    Turn.ENDED: _ended,
    Turn.ENDED_OFFERS: _ended_offers,
}
