"""Letters from the moment a group closes: cards that say no, yes or no to it all, money that goes back."""

from django.utils.translation import gettext as _

from payments.orders.handlers.money_letters import Words

from ..models import Pledge, Pool
from ..states import PAID
from .wording import Facts, details, nothing_paid, quoted


def not_ready(pool: Pool, pledge: Pledge | None, facts: Facts) -> Words:
    return (
        _("%(group)s has closed without you") % facts,
        [
            _("The time to join is over, and something was still missing from you: a card, or a yes.")
            + " "
            + nothing_paid(),
        ],
        _("See the group"),
    )


def card_failed(pool: Pool, pledge: Pledge | None, facts: Facts) -> Words:
    return (
        _("Your card did not work for %(group)s: please look") % facts,
        [
            _("Your bank did not say yes to your part, or wants to ask you first. That happens easily."),
            _("Put it right by %(repair)s, with the same card or another. It takes two minutes.") % facts,
            _("Nothing has been taken. If you do nothing, you lose your place and pay nothing."),
        ],
        _("Put it right"),
    )


def card_reminder(pool: Pool, pledge: Pledge | None, facts: Facts) -> Words:
    return (
        _("One day left to keep your place in %(group)s") % facts,
        [
            _("Your card has not worked yet. You can put it right until %(repair)s.") % facts,
            _("Nothing has been taken. If you do nothing, you lose your place and pay nothing."),
        ],
        _("Put it right"),
    )


def card_gone(pool: Pool, pledge: Pledge | None, facts: Facts) -> Words:
    return (
        _("%(group)s goes on without you") % facts,
        [_("The time to put the card right is over, so your place is gone.") + " " + nothing_paid()],
        _("See the group"),
    )


def confirmed(pool: Pool, pledge: Pledge | None, facts: Facts) -> Words:
    if pledge is None:
        return (
            _("%(group)s goes ahead with %(heads)s") % facts,
            [_("Enough people are in."), details(facts)],
            _("See the group"),
        )
    paid = pledge.state in PAID
    return (
        _("%(group)s goes ahead") % facts,
        [
            _("It goes ahead with %(heads)s. Your part is %(share)s.") % facts,
            _("It has been paid to %(provider)s.") % facts if paid else _("It is paid to %(provider)s today.") % facts,
            details(facts),
            _("The first date: %(first)s.") % facts,
        ],
        _("See the group"),
    )


def confirmed_provider(pool: Pool, pledge: Pledge | None, facts: Facts) -> Words:
    return (
        _("%(group)s goes ahead with %(heads)s") % facts,
        [
            _("Each of them pays you their own part. It goes to your Stripe account, less what Stripe takes."),
            details(facts),
            _("The first date: %(first)s.") % facts,
        ],
        _("See who comes"),
    )


def failed(pool: Pool, pledge: Pledge | None, facts: Facts) -> Words:
    if pool.confirmed_at is not None:
        return _failed_late(pool, pledge, facts)
    return (
        _("%(group)s does not go ahead. Nobody pays") % facts,
        [
            facts["because"],
            quoted(pool.ended_words),
            _("Nothing was taken from anybody. If your bank shows an amount as “pending”, it goes away by itself."),
            _("You can start a new group with other dates, or order on your own."),
        ],
        _("See what happened"),
    )


def _failed_late(pool: Pool, pledge: Pledge | None, facts: Facts) -> Words:
    """Some parts were taken before too few cards said yes: nobody may read that nothing was."""
    if pledge is None:
        money = _("Whatever was paid goes back to where it came from, within 10 days.")
    elif pledge.order_id:
        money = _("Your part, %(share)s, goes back to where it came from, within 10 days.") % facts
    else:
        money = nothing_paid()
    return (
        _("%(group)s does not go ahead after all") % facts,
        [facts["because"], quoted(pool.ended_words), money, _("You can start a new group, or order on your own.")],
        _("See what happened"),
    )


def failed_provider(pool: Pool, pledge: Pledge | None, facts: Facts) -> Words:
    return (
        _("%(group)s does not go ahead") % facts,
        [facts["because"], quoted(pool.ended_words), _("The dates are free again."), details(facts)],
        _("See the group"),
    )


def cancelled(pool: Pool, pledge: Pledge | None, facts: Facts) -> Words:
    return (
        _("%(group)s is called off") % facts,
        [
            facts["because"],
            quoted(pool.ended_words),
            _("Whatever you paid for dates that do not happen goes back to where it came from, within 10 days."),
        ],
        _("See the group"),
    )


def pay_late(pool: Pool, pledge: Pledge | None, facts: Facts) -> Words:
    return (
        _("Your part of %(group)s could not be taken: please pay it") % facts,
        [
            _("The group goes ahead, but your bank did not let your part of %(share)s go in the end.") % facts,
            _("Please pay it by the link. Otherwise your place goes to somebody else."),
        ],
        _("Pay my part"),
    )


def wants_to_leave(pool: Pool, pledge: Pledge | None, facts: Facts) -> Words:
    return (
        _("A place is free in %(group)s") % facts,
        [
            _("Somebody gives up their place. You would pay for the dates still to come."),
            details(facts),
            _("Whoever takes it first has it."),
        ],
        _("Take the place"),
    )


def taken_over(pool: Pool, pledge: Pledge | None, facts: Facts) -> Words:
    return (
        _("Somebody has taken your place in %(group)s") % facts,
        [_("What they paid for the dates still to come goes back to where your money came from, within 10 days.")],
        _("See the group"),
    )
