"""What a group wants, as its members and the providers who are asked read it. A provider reads no rival's offer."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.core.money import pounds

from .. import rules
from ..models import Brief, Decision, Tender
from ..rules import Price
from ..states import BRIEF_DECIDED, BRIEF_OPEN, BRIEF_VOTES, BRIEF_WRITING, TAKES_MEMBERS, TAKES_OFFERS
from .words import moment_words, name_of, people_words, until_words


def brief_state(brief: Brief) -> tuple[str, str]:
    """Three words for how it stands, and their kind."""
    if brief.state in BRIEF_WRITING:
        return _("Not sent yet"), "heed"
    if brief.state in TAKES_OFFERS:
        return _("Waiting for offers"), ""
    if brief.state in BRIEF_VOTES:
        return _("You vote"), "heed"
    return (_("Decided"), "yes") if brief.state in BRIEF_DECIDED else (_("Nothing came of it"), "stop")


def brief_line(brief: Brief) -> dict[str, str]:
    """In the list of somebody who wants it."""
    state, kind = brief_state(brief)
    return {
        "url": reverse("pools:brief", args=[brief.public_id]),
        "title": brief.name,
        "state": state,
        "kind": kind,
        "words": _("What you want together. Written down by %(name)s.") % {"name": name_of(brief.organiser)},
        "more": next_words(brief),
    }


def next_words(brief: Brief) -> str:
    """Until when it stays as it is; "" when it is over or not sent yet."""
    if brief.state in TAKES_OFFERS:
        return _("Providers answer until %(until)s.") % {"until": until_words(brief.offers_by)}
    if brief.state in BRIEF_VOTES:
        return _("You vote until %(until)s.") % {"until": until_words(brief.vote_by)}
    return ""


def brief_line_for_provider(brief: Brief, tender: Tender | None) -> dict[str, str]:
    """In the list of a provider who may offer it or has: its own offer only."""
    state, kind = _tender_state(brief, tender)
    return {
        "url": reverse("provider_pools:brief", args=[brief.public_id]),
        "title": brief.name,
        "state": state,
        "kind": kind,
        "words": _("About %(people)s. Answer by %(until)s.")
        % {"people": people_words(brief.heads), "until": until_words(brief.offers_by)},
        "more": _("You offered %(price)s.") % {"price": pounds(tender.total_pence)} if tender else "",
    }


def _tender_state(brief: Brief, tender: Tender | None) -> tuple[str, str]:
    if tender is None:
        return _("Waits for your offer"), "heed"
    if brief.state in TAKES_OFFERS:
        return _("You have offered"), ""
    if brief.state in BRIEF_VOTES:
        return _("They vote"), ""
    if brief.state in BRIEF_DECIDED:
        return (_("Not chosen"), "stop") if tender.reason else (_("They chose you"), "yes")
    return _("Nothing came of it"), "stop"


def offer_shown(tender: Tender, heads: int) -> dict[str, Any]:
    """One offer as members read it: the whole price, and what each pays when as many come as they said."""
    each = max(rules.each_pays(Price(total_pence=tender.total_pence), heads))
    facts = {"each": pounds(each), "heads": people_words(heads)}
    return {
        "id": tender.public_id,
        "name": tender.provider.name,
        "url": tender.offer.listing.page.url,
        "price": pounds(tender.total_pence),
        "each": _("%(each)s each with %(heads)s") % facts,
        "words": tender.words,
        "title": tender.offer.title,
    }


def brief_stages(brief: Brief) -> list[dict[str, Any]]:
    """From writing it down to the group, each step done, now or next; none where nothing came of it."""
    if brief.state not in BRIEF_OPEN | BRIEF_DECIDED:
        return []
    over = brief.state not in BRIEF_OPEN
    steps = [
        (_("You write down what you want"), _("Others who want it join by the link."), brief.state in BRIEF_WRITING),
        (_("Providers answer"), next_words(brief) if brief.state in TAKES_OFFERS else "", brief.state in TAKES_OFFERS),
        (_("You vote"), next_words(brief) if brief.state in BRIEF_VOTES else "", brief.state in BRIEF_VOTES),
        (_("The one you chose becomes your group"), _("Nobody pays before that."), over and brief.pool is None),
    ]
    at = next((number for number, step in enumerate(steps) if step[2]), len(steps))
    return [
        {"title": title, "words": words, "state": "done" if number < at else "now" if number == at else "next"}
        for number, (title, words, _here) in enumerate(steps)
    ]


def headline(brief: Brief, offers: int, won: Tender | None) -> tuple[str, str]:
    """How it stands, and what that means."""
    if brief.state in BRIEF_WRITING:
        return _("Not sent to providers yet"), _("Others can join by the link. After that, providers are asked.")
    if brief.state in TAKES_OFFERS:
        came = ngettext("%(n)d offer has come.", "%(n)d offers have come.", offers) % {"n": offers}
        return _("Providers are asked"), f"{came} {_('You all read them at the same time, when the time is over.')}"
    if brief.state in BRIEF_VOTES:
        return _("Which offer do you like best?"), next_words(brief)
    if won is not None:
        facts = {"name": won.provider.name, "price": pounds(won.total_pence)}
        return _("You chose %(name)s") % facts, _("The price for all of you together is %(price)s.") % facts
    return _("Nothing came of it"), _("Nobody offered, nobody voted, or it was called off. Nobody pays anything.")


def minutes_of(brief: Brief, decision: Decision) -> dict[str, Any]:
    """What was decided and how, so that anybody can count it again. Who voted how is in nobody's minutes."""
    result = decision.result
    options = {option.pk: option for option in decision.options.select_related("tender__provider")}
    order = [options[pk] for pk in result["order"]]
    ballots = [_(", then ").join(options[pk].words for pk in ballot) for ballot in result["ballots"]]
    wins = rules.pairwise_wins(result["options"], result["ballots"])
    pairs = [
        _("%(wins)d put %(one)s above %(other)s, %(losses)d the other way round.")
        % {"wins": wins[a.pk, b.pk], "losses": wins[b.pk, a.pk], "one": a.words, "other": b.words}
        for at, a in enumerate(order)
        for b in order[at + 1 :]
    ]
    return {
        "facts": [
            {"term": _("What was wanted"), "words": brief.name},
            {"term": _("Written down"), "words": moment_words(brief.made_at)},
            {"term": _("Offers until"), "words": moment_words(brief.offers_by)},
            {"term": _("The vote ended"), "words": moment_words(decision.closes_at)},
            {
                "term": _("Who voted"),
                "words": _("%(voters)d of %(entitled)d") % result,
            },
        ],
        "order": [_order_words(option.words, option.tender) for option in order],
        "ballots": ballots,
        "pairs": pairs,
        "seed": result["seed"],
    }


def _order_words(words: str, tender: Tender | None) -> str:
    return f"{words}, {pounds(tender.total_pence)}" if tender else words


def may_be_joined(brief: Brief) -> bool:
    return brief.state in TAKES_MEMBERS
