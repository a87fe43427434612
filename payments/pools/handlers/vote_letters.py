"""Letters about a vote on where a group's saving goes. Nobody's part of it is in any of them."""

from collections.abc import Callable

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.core import clock
from marketplace.people.links import page_of
from marketplace.people.models import User
from payments.orders.handlers.money_letters import Letter, Words

from ..models import Decision, Pledge
from ..presentation import words as said
from ..services.telling import VoteLetter as Turn
from ..services.voting import winner_of


def letter_about_vote(decision: Decision, turn: str, reader: User, pledge: Pledge) -> Letter:
    """The letter of that name to that reader. Raises KeyError for a name that nobody wrote."""
    subject, paragraphs, do = WRITERS[turn](decision, pledge)
    if reader.pk != pledge.person_id:
        paragraphs = [_("This is about %(person)s’s place.") % {"person": pledge.person}, *paragraphs]
    path = page_of(pledge.person, reader, reverse("pools:vote", args=[pledge.pool.public_id]), clock.now())
    return Letter(subject=subject, paragraphs=paragraphs, url=settings.SITE_URL + path, do=do)


def _facts(decision: Decision, pledge: Pledge) -> dict[str, str]:
    return {"group": pledge.pool.name, "until": said.until_words(decision.closes_at)}


def _opened(decision: Decision, pledge: Pledge) -> Words:
    facts = _facts(decision, pledge)
    return (
        _("Where does our saving go? %(group)s") % facts,
        [
            _("You saved by buying together. A vote is open about what to do with it, until %(until)s.") % facts,
            _("Who puts in part of what they saved can propose something, and has one vote."),
            _("Nothing is taken. It is a promise for the next time you buy together."),
        ],
        _("See the vote"),
    )


def _closes(decision: Decision, pledge: Pledge) -> Words:
    facts = _facts(decision, pledge)
    return (
        _("A day left to vote: %(group)s") % facts,
        [
            _("You have a vote about where your saving goes, and have not used it yet. It is open until %(until)s.")
            % facts
        ],
        _("Vote"),
    )


def _decided(decision: Decision, pledge: Pledge) -> Words:
    facts, won = _facts(decision, pledge), winner_of(decision)
    if won is None:
        words = [_("Nobody voted, so nothing is decided. You can open another vote.")]
    else:
        counted = {"voters": decision.result["voters"], "entitled": decision.result["entitled"]}
        words = [
            _("You chose: %(words)s") % {"words": won.words},
            _("%(voters)s of %(entitled)s voted.") % counted,
            _("Nothing is taken. It is a promise for the next time you buy together."),
        ]
    return _("The vote is over: %(group)s") % facts, words, _("See what came of it")


WRITERS: dict[str, Callable[[Decision, Pledge], Words]] = {
    Turn.OPENED: _opened,
    Turn.CLOSES: _closes,
    Turn.DECIDED: _decided,
}
