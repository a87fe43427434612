"""Letters between people who act for each other, and the words for what was done in somebody's name."""

from allauth.mfa.signals import authenticator_added, authenticator_removed
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.core import audit, mail, outbox

from . import services
from .erasure.services import ASKED
from .middleware import forget_second_factor, remember_second_factor
from .models import Delegation, ErasureRequest, Invitation, User

audit.say("people.invitation.accept", gettext_lazy("%(who)s said yes to acting for you."))
audit.say("people.invitation.decline", gettext_lazy("%(who)s said no to acting for you."))
audit.say("people.delegation.end", gettext_lazy("%(who)s gave up acting for you."))
audit.say("people.acting.start", gettext_lazy("%(who)s began to act for you."))
audit.say("people.acting.stop", gettext_lazy("%(who)s stopped acting for you."))
audit.say("people.call.start", gettext_lazy("%(who)s of %(council)s helped you by telephone. You said: “%(consent)s”"))
audit.say("people.call.end", gettext_lazy("%(who)s of %(council)s ended the telephone call with you."))


def _page(name: str, *args: str) -> str:
    return settings.SITE_URL + reverse(name, args=args)


@outbox.handler("people.invitation.sent")
def post_invitation(invitation: int, sent_at: str) -> None:
    """Nothing when the letter was replaced, taken back or answered in the meantime."""
    letter = Invitation.objects.unanswered().select_related("person").filter(pk=invitation).first()
    if letter is None or letter.sent_at.isoformat() != sent_at:
        return
    mail.send(
        letter.email,
        _("%(name)s asks if you would act for them") % {"name": letter.person},
        "people/invitation",
        {"letter": letter, "url": _page("people:invitation", services.invitation_key(letter))},
    )


@outbox.handler("people.invitation.accepted")
def tell_of_yes(invitation: int) -> None:
    letter = Invitation.objects.select_related("person", "delegation__delegate").get(pk=invitation)
    if letter.delegation is None:
        return
    mail.send(
        letter.person.email,
        _("%(name)s can now act for you") % {"name": letter.delegation.delegate},
        "people/invitation_accepted",
        {"letter": letter, "helper": letter.delegation.delegate, "url": _page("people:helpers")},
    )


@outbox.handler("people.invitation.declined")
def tell_of_no(invitation: int) -> None:
    letter = Invitation.objects.select_related("person").get(pk=invitation)
    mail.send(
        letter.person.email,
        _("%(name)s would rather not act for you") % {"name": letter.name},
        "people/invitation_declined",
        {"letter": letter, "url": _page("people:helpers")},
    )


@outbox.handler("people.delegation.ended")
def tell_of_end(delegation: int) -> None:
    """To the side that did not end it."""
    over = Delegation.objects.select_related("person", "delegate").get(pk=delegation)
    by_delegate = over.ended_by_id == over.delegate_id
    reader: User = over.person if by_delegate else over.delegate
    other: User = over.delegate if by_delegate else over.person
    subject = _("%(name)s no longer acts for you") if by_delegate else _("You no longer act for %(name)s")
    mail.send(
        reader.email,
        subject % {"name": other},
        "people/delegation_ended",
        {"delegation": over, "other": other, "by_delegate": by_delegate, "reader": reader},
    )


@outbox.handler(ASKED)
def tell_of_leaving(person: int) -> None:
    """Nothing when they have changed their mind, or are gone."""
    asked = ErasureRequest.objects.select_related("person").filter(person=person, done_at=None).first()
    if asked is not None:
        words = {"person": asked.person, "due": asked.due_at, "url": _page("people:leave")}
        mail.send(asked.person.email, _("Your account will be deleted"), "people/leaving", words)


@receiver(authenticator_added, dispatch_uid="people.second_factor_added")
def second_factor_added(sender: type, request: HttpRequest, **kwargs) -> None:
    remember_second_factor(request)


@receiver(authenticator_removed, dispatch_uid="people.second_factor_removed")
def second_factor_removed(sender: type, request: HttpRequest, user: User, **kwargs) -> None:
    if not is_mfa_enabled(user):
        forget_second_factor(request)
