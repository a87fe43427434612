"""Where one person stands in a group, in a sentence, and the one thing they can do next. Only they read this."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.core.look.words import uk_date
from marketplace.core.money import pounds_exact

from ..models import Pledge, Pool
from ..states import (
    AUTHORISED,
    AWAITS_MONEY,
    COUNTS,
    GOES_AHEAD,
    JOINABLE,
    MAY_REPAIR,
    MAY_WITHDRAW,
    NEEDS_CARD,
    ON_WAITING_LIST,
    PAID,
    TO_CONSENT,
    UNDER_WAY,
)
from .words import hours_left, name_of, until_words


@dataclass(frozen=True)
class Place:
    """The box beside a group: `title` says where one stands, `figure` what it costs at most, `do` what to press.

    `links` are quieter ways on, each with url and words.
    """

    title: str
    words: str = ""
    figure: str = ""
    figure_words: str = ""
    do: str = ""
    do_url: str = ""
    small: str = ""
    heed: bool = False
    links: list[dict[str, str]] = field(default_factory=list)


def place_to_take(pool: Pool, *, may_join: bool) -> Place:
    """For somebody who is not in it."""
    worst = pounds_exact(pool.worst_pence)
    if pool.state in JOINABLE and pool.places_left > 0 and may_join:
        return Place(
            title=_("Take a chair"),
            figure=worst,
            figure_words=_("at most"),
            words=_("You will never pay more than %(worst)s.") % {"worst": worst},
            do=_("Join the group"),
            do_url=reverse("pools:join", args=[pool.public_id]),
            small=_("We ask which money pays, and for a card. Nothing is taken today."),
        )
    if pool.state in JOINABLE | UNDER_WAY and may_join:
        return Place(
            title=_("Every place is taken"),
            words=_("People do leave. We can tell you when a place is free."),
            do=_("Tell me when a place is free"),
            do_url=reverse("pools:wait", args=[pool.public_id]),
        )
    return Place(title=_("Nobody can join any more") if pool.state not in JOINABLE else _("You cannot join this"))


def organisers_place(pool: Pool) -> Place:
    """For somebody who organises it and has not joined: people take it that whoever starts a group is in it."""
    found = place_to_take(pool, may_join=True)
    if pool.state not in JOINABLE or pool.places_left < 1:
        return found
    words = _("You organise this group, and are not in it. Join it like the others, or leave the places to them.")
    return replace(found, title=_("You have no place yourself"), words=f"{words} {found.words}")


def no_place(pool: Pool) -> Place:
    """For somebody who came by a letter that was for somebody else, or is used up."""
    return Place(
        title=_("This invitation is used up or over"),
        words=_("A letter works once. Ask %(name)s for another.") % {"name": name_of(pool.organiser)},
    )


def place_of(pledge: Pledge, pool: Pool, *, may: bool, now: datetime, waiting: int = 0, take_over: int | None = None):
    """For somebody who is in it, or was. `may`: not only look. `waiting` are before them on the waiting list."""
    found = _place(pledge, pool, now, waiting, take_over)
    if may:
        return found
    return Place(found.title, found.words, found.figure, found.figure_words, heed=found.heed)


def _url(name: str, pool: Pool) -> str:
    return reverse(f"pools:{name}", args=[pool.public_id])


def _link(words: str, name: str, pool: Pool) -> dict[str, str]:
    return {"url": _url(name, pool), "words": words}


def _place(pledge: Pledge, pool: Pool, now: datetime, waiting: int, take_over: int | None) -> Place:
    worst = pounds_exact(pledge.worst_pence)
    never = _("You will never pay more than %(worst)s.") % {"worst": worst}
    leave = [_link(_("Leave the group"), "withdraw", pool)] if pledge.state in MAY_WITHDRAW else []
    if pledge.state in MAY_REPAIR:
        return _repair(pledge, pool, now)
    if pledge.state in NEEDS_CARD:
        words = _("One thing is missing: a card. Your place is kept until %(until)s.") % {
            "until": until_words(pledge.place_until or pool.pledge_by)
        }
        return Place(
            _("Nearly there"), words, do=_("Save a card"), do_url=_url("card", pool), heed=True, links=leave,
            small=_("Nothing is taken today. %(never)s") % {"never": never},
        )  # fmt: skip
    if pledge.state in AWAITS_MONEY:
        return Place(
            _("Waiting for a yes to the money"), _("Your place is kept. We write to you when there is an answer."),
            links=leave,
        )  # fmt: skip
    if pledge.state in TO_CONSENT:
        return Place(
            _("Something has changed"),
            _("The dates, the price or the rules are different now. You are in only if you say yes again."),
            do=_("Look, and say yes"), do_url=_url("join", pool), heed=True, links=leave,
        )  # fmt: skip
    if pledge.state in COUNTS and pool.state in JOINABLE and _card_ends_first(pledge, pool):
        return _other_card(pledge, pool, leave)
    if pledge.state in COUNTS and pool.state in JOINABLE:
        until = {"until": until_words(pool.pledge_by)}
        free = _("Nothing has been taken. You can leave until %(until)s, free.") % until
        card = [] if pledge.by_funder else [_link(_("Use another card"), "card", pool)]
        return Place(
            _("You are in, and ready"), never, worst, _("at most"),
            small=" ".join(filter(None, [_paid_with(pledge), free])),
            links=[*card, *leave],
        )  # fmt: skip
    if pledge.state in AUTHORISED and pool.state in GOES_AHEAD:
        return _promised(pledge, pool)
    if pledge.state in COUNTS | AUTHORISED:
        return Place(
            _("You are in"), _("Nothing is taken unless enough cards say yes. We write to you."), worst, _("at most")
        )
    if pledge.state in ON_WAITING_LIST:
        return _waiting(pool, waiting, take_over, leave)
    if pledge.state in PAID:
        return _paid(pledge, pool)
    return Place(str(pledge.get_state_display()), _("You have no place in this group, and nothing is to be paid."))


def _card_ends_first(pledge: Pledge, pool: Pool) -> bool:
    """Whether the saved card is good only until a day before it is asked."""
    return pledge.card_ends_before(timezone.localdate(pool.pledge_by))


def _other_card(pledge: Pledge, pool: Pool, leave: list[dict[str, str]]) -> Place:
    facts = {
        "ends": uk_date(pledge.card_until or timezone.localdate(), today=timezone.localdate()),
        "until": until_words(pool.pledge_by),
    }
    return Place(
        _("Your card ends too soon"),
        _("It is good until %(ends)s, and we ask it after %(until)s. Save another one before that.") % facts,
        do=_("Use another card"), do_url=_url("card", pool), heed=True, links=leave,
        small=_("Your place is kept, and nothing has been taken."),
    )  # fmt: skip


def _paid_with(pledge: Pledge) -> str:
    return _("Saved card: %(card)s.") % {"card": pledge.card_words} if pledge.card_words else ""


def _repair(pledge: Pledge, pool: Pool, now: datetime) -> Place:
    until = pledge.mend_until
    words = _("Your bank did not say yes, or wants to ask you first. Nothing has been taken.")
    if until is not None and until > now:
        left = {"until": until_words(until), "left": hours_left(until, now)}
        words += " " + _("Put it right by %(until)s: you have %(left)s.") % left
    return Place(
        _("Your card did not work"), words, do=_("Put it right"), do_url=_url("repair", pool), heed=True,
        small=_("If you do nothing, you lose your place and pay nothing."),
    )  # fmt: skip


def _waiting(pool: Pool, before: int, take_over: int | None, leave: list[dict[str, str]]) -> Place:
    if take_over is not None:
        return Place(
            _("A place is free"),
            _("Somebody gives up their place. You would pay for the dates still to come."),
            pounds_exact(take_over), do=_("Take the place"), do_url=_url("join", pool), links=leave,
        )  # fmt: skip
    if pool.state in JOINABLE and pool.places_left > 0:
        return Place(
            _("A place is free"), _("Whoever takes it first has it."),
            do=_("Take the place"), do_url=_url("join", pool), links=leave,
        )  # fmt: skip
    words = ngettext("%(n)d person is before you.", "%(n)d people are before you.", before) % {"n": before}
    return Place(
        _("You are on the waiting list"), (words if before else _("You are the next.")) + " " + _("We write to you."),
        links=leave,
    )  # fmt: skip


def _promised(pledge: Pledge, pool: Pool) -> Place:
    """It goes ahead, and the part is not paid yet: whoever holds the money pays it, or the card is just being asked."""
    words = _("Whoever holds your money pays your part.") if pledge.by_funder else _("Your part is being taken now.")
    absence = [_link(_("Say that you cannot come to a date"), "absence", pool)] if pool.state in UNDER_WAY else []
    return Place(
        _("You are in"), words, pounds_exact(pledge.share_pence or pledge.worst_pence), _("your part"),
        links=[
            _link(_("The dates in your calendar"), "calendar_page", pool),
            *absence,
            _link(_("What the group saves"), "saving", pool),
        ],
    )  # fmt: skip


def _paid(pledge: Pledge, pool: Pool) -> Place:
    share = pledge.share_pence or 0
    if pledge.left_at is not None:
        return Place(
            _("You have given up your place"),
            _("If somebody takes it over, what they pay comes back to you."),
            pounds_exact(share), _("paid"),
        )  # fmt: skip
    order = pledge.order
    links = [{"url": reverse("orders:receipt", args=[order.public_id]), "words": _("Your receipt")}] if order else []
    links.append(_link(_("The dates in your calendar"), "calendar_page", pool))
    if pool.state in UNDER_WAY:
        links += [
            _link(_("Say that you cannot come to a date"), "absence", pool),
            _link(_("Give up your place"), "leave", pool),
        ]
    links.append(_link(_("What the group saves"), "saving", pool))
    return Place(_("Your place is paid"), figure=pounds_exact(share), figure_words=_("your part"), links=links)
