"""What the outbox asks of groups: letters and invitations. Each may run twice."""

from django.utils.translation import gettext_lazy

from marketplace.core import audit, clock, mail, outbox
from marketplace.people import selectors as people
from marketplace.people.models import User

from ..models import Brief, Decision, Invitation, Pledge, Pool, Tender
from ..services.telling import BRIEF_LETTER, INVITATION_LETTER, LETTER, VOTE_LETTER
from . import brief_letters, letters, pages, vote_letters  # noqa: F401  (the receivers of pages)

WITH_POOL = ("terms", "provider__council", "offer", "listing", "organiser")

audit.say("pools.pool.start", gettext_lazy("%(who)s wrote down the group “%(title)s”."))
audit.say("pools.pool.open", gettext_lazy("%(who)s opened the group “%(title)s”."))
audit.say("pools.pool.change", gettext_lazy("%(who)s changed the group “%(title)s”."))
audit.say("pools.pool.call_off", gettext_lazy("%(who)s called the group “%(title)s” off."))
audit.say("pools.pool.decline", gettext_lazy("%(who)s said no to the group “%(title)s”."))
audit.say("pools.pool.cancel", gettext_lazy("The group “%(title)s” was called off."))
audit.say("pools.pool.hand_over", gettext_lazy("%(who)s asked somebody to organise “%(title)s”."))
audit.say("pools.pool.take_on", gettext_lazy("%(who)s organises “%(title)s” from now on."))
audit.say("pools.pledge.make", gettext_lazy("%(who)s took a place in the group “%(title)s”."))
audit.say("pools.pledge.consent", gettext_lazy("%(who)s said yes again to the group “%(title)s”."))
audit.say("pools.pledge.wait", gettext_lazy("%(who)s asked to wait for a place in the group “%(title)s”."))
audit.say("pools.pledge.take_over", gettext_lazy("%(who)s took a place over in the group “%(title)s”."))
audit.say("pools.pledge.withdraw", gettext_lazy("%(who)s left the group “%(title)s”."))
audit.say("pools.pledge.leave", gettext_lazy("%(who)s gave up a place in the group “%(title)s”."))
audit.say("pools.attendance.tell", gettext_lazy("%(who)s said no to one date of the group “%(title)s”."))
audit.say("pools.invitation.send", gettext_lazy("%(who)s sent invitations to the group “%(title)s”."))
audit.say("pools.brief.join", gettext_lazy("%(who)s joined those who want “%(title)s”."))
audit.say("pools.brief.start", gettext_lazy("%(who)s wrote down what a group wants: “%(title)s”."))
audit.say("pools.brief.ask", gettext_lazy("%(who)s asked providers for offers: “%(title)s”."))
audit.say("pools.brief.end", gettext_lazy("%(who)s called off what a group wanted: “%(title)s”."))
audit.say("pools.tender.make", gettext_lazy("%(who)s made an offer for “%(title)s”."))
audit.say("pools.tender.withdraw", gettext_lazy("%(who)s took back an offer for “%(title)s”."))


@outbox.handler(LETTER)
def write_about_pool(pool: int, letter: str, reader: int, pledge: int | None) -> None:
    found = Pool.objects.select_related(*WITH_POOL).get(pk=pool)
    place = Pledge.objects.select_related("person", "order").filter(pk=pledge or 0).first()
    user = _reader(reader, place)
    if user is None:
        return
    written = letters.letter_about(found, letter, user, place)
    context = {"letter": written, "user": user, "council": found.council, "receipt": None}
    mail.send(user.email, written.subject, "orders/letter", context)


@outbox.handler(BRIEF_LETTER)
def write_about_brief(brief: int, letter: str, reader: int, tender: int | None) -> None:
    found = Brief.objects.select_related("council").get(pk=brief)
    user = User.objects.filter(pk=reader, is_active=True).first()
    offer = Tender.objects.filter(pk=tender or 0).first()
    if user is not None:
        written = brief_letters.letter_about_brief(found, letter, offer)
        context = {"letter": written, "user": user, "council": found.council, "receipt": None}
        mail.send(user.email, written.subject, "orders/letter", context)


@outbox.handler(VOTE_LETTER)
def write_about_vote(decision: int, letter: str, reader: int, pledge: int) -> None:
    found = Decision.objects.select_related("pool").get(pk=decision)
    place = Pledge.objects.select_related("person", "pool__council").get(pk=pledge)
    user = _reader(reader, place)
    if user is not None:
        written = vote_letters.letter_about_vote(found, letter, user, place)
        context = {"letter": written, "user": user, "council": place.pool.council, "receipt": None}
        mail.send(user.email, written.subject, "orders/letter", context)


def _reader(reader: int, place: Pledge | None) -> User | None:
    """None for a helper who was removed from somebody's place while the letter about it waited."""
    if place is not None:
        return people.reader_about(place.person_id, reader, clock.now())
    return User.objects.filter(pk=reader, is_active=True).first()


@outbox.handler(INVITATION_LETTER)
def write_invitation(invitation: int) -> None:
    """Nothing to one that was used, declined or taken back before the letter went."""
    found = Invitation.objects.select_related("person", "pool__terms", "pool__provider__council", "pool__organiser")
    asked = found.filter(pk=invitation, used_at=None, declined_at=None, withdrawn_at=None).first()
    if asked is None:
        return
    email = asked.person.email if asked.person else asked.email
    if email:
        written = letters.invitation_letter(asked)
        context = {"letter": written, "name": asked.name, "council": asked.pool.council}
        mail.send(email, written.subject, "pools/invitation", context)
