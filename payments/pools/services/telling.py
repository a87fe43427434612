"""Who is told what: one outbox row for each letter to each reader. The words are written in payments.pools.handlers."""

from collections.abc import Iterable

from django.db import models
from django.db.models import QuerySet

from marketplace.core import clock, outbox
from marketplace.people import selectors as people
from providers.listings.models import Keeper, Provider

from ..models import Brief, Decision, Invitation, Pledge, Pool, Tender
from ..states import ACTIVE

LETTER = "pools.letter"  # pool, letter, reader (user id), pledge (id or None)
INVITATION_LETTER = "pools.invitation"  # invitation (id)
BRIEF_LETTER = "pools.brief_letter"  # brief, letter, reader (user id), tender (id or None)
VOTE_LETTER = "pools.vote_letter"  # decision, letter, reader (user id), pledge (id)
STEP = "pools.step"  # pool (id): look whether something is due


class Letter(models.TextChoices):
    """Every turn that somebody is written to about, and whom."""

    ASKED_PROVIDER = "asked_provider"  # keepers: a group would like to buy this; say yes or no to dates and price
    AGREED = "agreed"  # organiser and members: the provider said yes
    JOINED = "joined"  # member: you are in; nothing is paid yet
    SOMEBODY_JOINED = "somebody_joined"  # organiser
    SAVE_CARD = "save_card"  # member: the money was agreed, now save a card
    CARD_ENDS = "card_ends"  # member: the saved card runs out before it is asked; save another
    CHANGED = "changed"  # member: price, dates or rules changed; say yes again or leave
    SOMEBODY_LEFT = "somebody_left"  # organiser
    PLACE_FREE = "place_free"  # waiting list: a place is free, the first to join has it
    PLACE_LOST = "place_lost"  # member: the card was not saved in time, the place is free again
    NOT_READY = "not_ready"  # member: the group was closed without you, nothing is paid
    CARD_FAILED = "card_failed"  # member: your card said no; a link, and until when
    CARD_REMINDER = "card_reminder"  # member: a day is left
    CARD_GONE = "card_gone"  # member: the time ran out, the group went on without you, nothing is paid
    CONFIRMED = "confirmed"  # member: it goes ahead, your share; provider: so many people
    FAILED = "failed"  # everybody: it does not go ahead, nobody pays (pool.ended_because says why)
    CANCELLED = "cancelled"  # everybody: called off; what was paid goes back
    PAY_LATE = "pay_late"  # member: the share could not be taken; a link to pay it
    WANTS_TO_LEAVE = "wants_to_leave"  # waiting list: somebody gives up a paid place
    TAKEN_OVER = "taken_over"  # the one who left: your place is taken, so much goes back
    HAND_OVER = "hand_over"  # member: would you organise from now on?
    HANDED_OVER = "handed_over"  # the one who organised until now


class VoteLetter(models.TextChoices):
    """Every turn in a vote about a group's saving, and whom it concerns."""

    OPENED = "opened"  # whoever has paid: a vote is open; put something in and you have one
    CLOSES = "closes"  # whoever has a vote and has not used it: a day is left
    DECIDED = "decided"  # whoever had a vote: what came of it


class BriefLetter(models.TextChoices):
    """Every turn in what a group wants, and whom it concerns."""

    ASKED = "asked"  # keepers of those who may offer: a group near you wants this
    JOINED = "joined"  # organiser: one more wants the same
    OFFERED = "offered"  # organiser: an offer has come; it is read when the time for offers is over
    VOTE = "vote"  # members: read the offers and say which you like best
    DECIDED = "decided"  # members: whom the group chose
    CHOSEN = "chosen"  # keepers: the group chose you
    NOT_CHOSEN = "not_chosen"  # keepers: the reason
    ENDED = "ended"  # members: nobody offered, nobody voted, or the organiser called it off
    ENDED_OFFERS = "ended_offers"  # keepers who offered: nothing comes of it


def tell(pool: Pool, letter: Letter, reader: int, pledge: Pledge | None = None) -> None:
    outbox.add(LETTER, pool=pool.pk, letter=str(letter), reader=reader, pledge=pledge.pk if pledge else None)


def tell_member(pledge: Pledge, letter: Letter) -> list[int]:
    """The person, and whoever made the pledge for them and helps them still; council staff on the telephone get no
    letter. Whom it told, by user id."""
    readers = _readers(pledge)
    for reader in readers:
        tell(pledge.pool, letter, reader, pledge)
    return readers


def tell_vote(decision: Decision, letter: VoteLetter, pledges: Iterable[Pledge]) -> None:
    """The same readers, about a vote."""
    for pledge in pledges:
        for reader in _readers(pledge):
            outbox.add(VOTE_LETTER, decision=decision.pk, letter=str(letter), reader=reader, pledge=pledge.pk)


def _readers(pledge: Pledge) -> list[int]:
    helper = pledge.placed_by_id if pledge.through_id is None else None
    if helper in (None, pledge.person_id) or people.reader_about(pledge.person_id, helper, clock.now()) is None:
        return [pledge.person_id]
    return sorted([pledge.person_id, helper])


def tell_organiser(pool: Pool, letter: Letter) -> None:
    tell(pool, letter, pool.organiser_id)


def tell_provider(pool: Pool, letter: Letter) -> None:
    """Everybody who keeps the provider's listing."""
    for reader in pool.provider.keepers.filter(is_active=True).values_list("pk", flat=True).order_by("pk"):
        tell(pool, letter, reader)


def tell_all(pool: Pool, letter: Letter, *, pledges: list[Pledge] | None = None) -> None:
    """Members (those given, or everybody active) and the organiser where they are not one of them; once each."""
    members = pledges if pledges is not None else list(pool.pledges.filter(state__in=ACTIVE).order_by("pk"))
    told: set[int] = set()
    for pledge in members:
        pledge.pool = pool
        told.update(tell_member(pledge, letter))
    if pool.organiser_id not in told:
        tell_organiser(pool, letter)


def send_invitation(invitation: Invitation) -> None:
    outbox.add(INVITATION_LETTER, invitation=invitation.pk)


def tell_brief(brief: Brief, letter: BriefLetter, reader: int, tender: Tender | None = None) -> None:
    outbox.add(BRIEF_LETTER, brief=brief.pk, letter=str(letter), reader=reader, tender=tender.pk if tender else None)


def tell_brief_organiser(brief: Brief, letter: BriefLetter) -> None:
    tell_brief(brief, letter, brief.organiser_id)


def tell_brief_members(brief: Brief, letter: BriefLetter) -> None:
    for reader in brief.members.order_by("pk").values_list("person", flat=True):
        tell_brief(brief, letter, reader)


def tell_brief_keepers(
    brief: Brief, letter: BriefLetter, providers: QuerySet[Provider], tender: Tender | None = None
) -> None:
    """Everybody who keeps one of these providers, once."""
    keepers = Keeper.objects.filter(provider__in=providers.order_by().values("pk"), user__is_active=True)
    for reader in sorted(set(keepers.values_list("user", flat=True))):
        tell_brief(brief, letter, reader, tender)


def step_soon(pool: Pool) -> None:
    """Let a worker look at this pool as soon as this is committed."""
    outbox.add(STEP, pool=pool.pk)
