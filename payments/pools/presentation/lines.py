"""Groups in lists: for those who are in them, for their provider, and for neighbours."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.core.money import pounds

from ..models import Invitation, Pledge, Pool
from ..selectors import Saving
from ..states import (
    ACTIVE,
    BEING_DECIDED,
    GOES_AHEAD,
    JOINABLE,
    MAY_CHANGE,
    MAY_REPAIR,
    NEEDS_CARD,
    NOT_OPEN_YET,
    ON_WAITING_LIST,
    OVER,
    PAID,
    READY,
    TO_CONSENT,
    UNDER_WAY,
)
from .words import block_words, ended_words, name_of, open_line, price_line, until_words


def _state(pool: Pool) -> tuple[str, str]:
    """Three words for how a group stands, and their kind."""
    if pool.state in NOT_OPEN_YET:
        return _("Not open yet"), "heed"
    if pool.state in JOINABLE:
        return (_("Full"), "yes") if pool.places_left < 1 else (_("People can join"), "")
    if pool.state in BEING_DECIDED:
        return _("Being decided"), "heed"
    if pool.state in GOES_AHEAD:
        return (_("Goes ahead"), "yes") if pool.state in UNDER_WAY else (_("Has been"), "")
    return (_("Called off"), "stop") if pool.ended_because and pool.confirmed_at else (_("Did not happen"), "stop")


def _own(pledge: Pledge | None) -> str:
    """Where somebody stands in it, in a sentence."""
    if pledge is None or pledge.state not in ACTIVE:
        return ""
    if pledge.state in NEEDS_CARD:
        return _("A card is missing.")
    if pledge.state in MAY_REPAIR:
        return _("Your card did not work. Put it right.")
    if pledge.state in TO_CONSENT:
        return _("Something has changed. Say yes again, or leave.")
    if pledge.state in ON_WAITING_LIST:
        return _("You are on the waiting list.")
    if pledge.state in PAID:
        return _("Your place is paid.")
    return _("You are ready.") if pledge.state in READY else _("Waiting for a yes to the money.")


def line_of(pool: Pool, pledge: Pledge | None) -> dict[str, str]:
    """A group in the list of somebody who is in it or organises it."""
    state, kind = _state(pool)
    over = ended_words(pool) if pool.ended_because else ""
    return {
        "url": reverse("pools:pool", args=[pool.public_id]),
        "title": pool.name,
        "state": state,
        "kind": kind,
        "words": f"{pool.provider.name}. {block_words(pool.current.starts)}.",
        "more": " ".join(filter(None, [over, _own(pledge)])),
    }


def line_of_invitation(invitation: Invitation) -> dict[str, str]:
    """A group that somebody is asked to join again."""
    pool = invitation.pool
    return {
        "url": reverse("pools:invitation", args=[invitation.public_id]),
        "title": pool.name,
        "state": _("You are asked"),
        "kind": "heed",
        "words": f"{pool.provider.name}. {block_words(pool.current.starts)}.",
        "more": _("%(name)s asks whether you would like to join again, until %(until)s.")
        % {"name": name_of(pool.organiser), "until": until_words(invitation.open_until)},
    }


def line_for_provider(pool: Pool) -> dict[str, str]:
    state, kind = _state(pool)
    if pool.state in JOINABLE and pool.current.agreed_at is None:
        state, kind = _("Waits for your yes"), "heed"
    taken = _("%(taken)d of %(most)d places taken") % {"taken": pool.taken, "most": pool.most}
    return {
        "url": reverse("provider_pools:pool", args=[pool.public_id]),
        "title": pool.name,
        "state": state,
        "kind": kind,
        "words": f"{block_words(pool.current.starts)}.",
        "more": ended_words(pool) if pool.ended_because else f"{taken}.",
    }


def public_line(pool: Pool, starts: Sequence[datetime]) -> dict[str, str]:
    """A group in a list for neighbours: places and days, the most it costs, until when; nobody's name."""
    join_by = _("Join by %(until)s.") % {"until": until_words(pool.pledge_by)}
    return {
        "url": reverse("pools:pool", args=[pool.public_id]),
        "title": pool.name,
        "state": "",
        "kind": "",
        "words": f"{open_line(pool, starts)}. {price_line(pool)}.",
        "more": f"{pool.provider.name}. {join_by}",
    }


def tools(pool: Pool) -> list[dict[str, str]]:
    """What an organiser can do with a group as it stands."""
    here = [pool.public_id]
    found = []
    if pool.state in JOINABLE:
        found.append({"url": reverse("pools:invite", args=here), "words": _("Ask people to join")})
    if pool.state in MAY_CHANGE:
        found.append({"url": reverse("pools:change", args=here), "words": _("Change the dates, the rules or the size")})
    if pool.state not in OVER:
        found.append({"url": reverse("pools:hand_over", args=here), "words": _("Let somebody else organise it")})
    if pool.state in GOES_AHEAD | OVER:
        found.append({"url": reverse("pools:again", args=here), "words": _("Begin again with new dates")})
    if pool.state in MAY_CHANGE | BEING_DECIDED:
        found.append({"url": reverse("pools:cancel", args=here), "words": _("Call it off")})
    return found


def each_saves(saving: Saving) -> str:
    """What one person keeps, on average, in whole pounds and pence; "" where nothing is saved."""
    return pounds(saving.saved_pence // saving.heads) if saving.saved_pence and saving.heads else ""
