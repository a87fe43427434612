"""Asking to be forgotten, changing one's mind, and the forgetting itself."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.db.models import Model, Q, TextField
from django.db.models.functions import Cast
from wagtail.models import APIToken

from marketplace.core import audit, outbox
from marketplace.core.audit import CLOCKWORK, Actor
from marketplace.core.errors import DomainError
from marketplace.core.models import AuditEntry, public_id

from ..models import NO_POST, Delegation, ErasureRequest, Invitation, PhoneCall, User
from . import rules
from .rules import Identity
from .signals import erasure_asked, person_erased, person_erasing

WAIT = timedelta(days=7)  # to think again
ASKED = "people.erasure.asked"
# Words that others published: a name in them may be somebody else's, so only addresses and numbers are taken out.
PUBLISHED = {"listings", "cms", "wagtailcore", "search"}
# Numbers and codes only; the table that the database never lets anybody change; the admin's index, which is made of
# pages and follows them.
WITHOUT_WORDS = {"ledger", "contenttypes", "auth", "sessions", "account", "mfa", "wagtailsearch"}
BY_OWNER = {"assurance.concern"}  # a worry that a council still looks into keeps its words: the app itself decides
TEXTS = (models.CharField, models.TextField, models.JSONField)


class StillUnderWay(DomainError):
    """Something has to be finished first. `reasons` says what, in sentences for the person."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


class NobodyToErase(DomainError):
    """This account has been erased before."""


def obstacles(person: User) -> list[str]:
    """What has to be finished before this person can be erased, in sentences; empty when nothing is."""
    answers = erasure_asked.send(sender=User, person=person)
    return [str(reason) for _receiver, reasons in answers for reason in reasons or []]


@transaction.atomic
def erasure_ask(*, person: User, by: Actor, now: datetime) -> ErasureRequest:
    """The person asks to be erased. It happens after WAIT, when nothing stands in the way; until then they may stay."""
    asked, new = ErasureRequest.objects.get_or_create(person=person, defaults={"asked_at": now, "due_at": now + WAIT})
    if new:
        audit.record("people.erasure.ask", by=by, subject=person, at=now)
        outbox.add(ASKED, person=person.pk)
    return asked


@transaction.atomic
def erasure_take_back(*, person: User, by: Actor, now: datetime) -> None:
    """They would rather stay. Doing it twice changes nothing."""
    deleted, _each = ErasureRequest.objects.filter(person=person, done_at=None).delete()
    if deleted:
        audit.record("people.erasure.take_back", by=by, subject=person, at=now)


def erase_due(now: datetime) -> int:
    """Everybody whose time to think again is over; whoever has something under way waits. Returns how many went.

    Each request is read again under a lock: they may have changed their mind while others were erased.
    """
    gone = 0
    due = ErasureRequest.objects.filter(done_at=None, due_at__lte=now)
    for pk in list(due.values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                asked = due.filter(pk=pk).select_for_update(of=("self",)).select_related("person").first()
                if asked is None:
                    continue
                person_erase(person=asked.person, by=CLOCKWORK, now=now)
        except StillUnderWay:
            continue
        gone += 1
    return gone


@transaction.atomic
def person_erase(*, person: User, by: Actor, now: datetime) -> User:
    """Take away everything that names a person, for good. Money that moved stays written down without the name.

    Raises StillUnderWay (nothing has changed), NobodyToErase.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    if not person.is_active and not person.has_post and not person.first_name:
        raise NobodyToErase(person.pk)
    reasons = obstacles(person)
    if reasons:
        raise StillUnderWay(reasons)
    identity = identity_of(person)
    person_erasing.send(sender=User, person=person, identity=identity, by=by, now=now)
    person_erased.send(sender=User, person=person, identity=identity, by=by, now=now)
    _people_forget(person, identity, now)
    _sign_out_everywhere(person, identity)
    _audit_forget(person)
    _sweep(identity)
    person.first_name = person.last_name = person.phone = ""
    person.email = f"{public_id().lower()}@{NO_POST}"
    person.is_active = person.is_staff = person.is_superuser = False
    person.last_login = None
    person.set_unusable_password()
    person.save()
    asked, _new = ErasureRequest.objects.get_or_create(person=person, defaults={"asked_at": now, "due_at": now})
    asked.done_at = now
    asked.save(update_fields=["done_at"])
    audit.record("people.erasure.done", by=Actor(by.by_id if by.by_id != person.pk else None), subject=person, at=now)
    return person


def identity_of(person: User) -> Identity:
    """Everything this person is known by. 1 query."""
    more = EmailAddress.objects.filter(user=person).values_list("email", flat=True)
    emails = [person.email, *more] if person.has_post else list(more)
    return rules.identity_of(
        emails=emails, first_name=person.first_name, last_name=person.last_name, phone=person.phone
    )


def _people_forget(person: User, identity: Identity, now: datetime) -> None:
    """This app's own rows, allauth's and Wagtail's."""
    either = Q(person=person) | Q(delegate=person)
    Delegation.objects.filter(either, ended_at=None).update(ended_at=now, ended_by=None)
    Invitation.objects.filter(Q(person=person) | Q(email__in=identity.emails)).delete()
    PhoneCall.objects.filter(caller=person).update(consent_words="")
    PhoneCall.objects.filter(Q(caller=person) | Q(staff=person), ended_at=None).update(ended_at=now)
    EmailAddress.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    APIToken.objects.filter(user=person).delete()
    for label in ("wagtailusers.UserProfile", "wagtailadmin.EditingSession", "wagtailadmin.FormState"):
        apps.get_model(label).objects.filter(user=person).delete()
    person.groups.clear()
    person.user_permissions.clear()


def _sign_out_everywhere(person: User, identity: Identity) -> None:
    """Every session of theirs, and any in which one of their addresses waits for a code."""
    for session in Session.objects.iterator(chunk_size=500):
        kept = session.get_decoded()
        words = str(kept).lower()
        if kept.get("_auth_user_id") == str(person.pk) or any(each in words for each in identity.emails):
            session.delete()


def _audit_forget(person: User) -> None:
    """The log keeps who did what and when, by number; what they said, and what it was called, goes."""
    theirs = Q(for_id=person.pk) | Q(by_id=person.pk, for_id=None)
    theirs |= Q(subject_kind=User._meta.label_lower, subject_id=str(person.pk))
    for entry in AuditEntry.objects.filter(theirs).exclude(note="", details={}).iterator(chunk_size=500):
        kept = rules.without_words(entry.details)
        AuditEntry.objects.filter(pk=entry.pk).update(note="", details=kept)


def _sweep(identity: Identity) -> None:
    """What others wrote about them: every column of words on the site is searched for what names them."""
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.app_label
        left_out = label in WITHOUT_WORDS or model._meta.label_lower in BY_OWNER or model is User
        if left_out or model._meta.proxy or not model._meta.managed:
            continue
        needles = identity.sure if label in PUBLISHED else identity.needles
        for field in model._meta.local_fields:
            if isinstance(field, TEXTS) and not (field.unique or field.choices or field.remote_field):
                _sweep_column(model, field.name, needles)


def _sweep_column(model: type[Model], name: str, needles: Iterable[str]) -> None:
    needles = tuple(needles)
    found = Q()
    for needle in needles:
        for shape in rules.written(needle):
            found |= Q(erasing_words__icontains=shape)
    if not needles:
        return
    rows = model._base_manager.annotate(erasing_words=Cast(name, TextField())).filter(found)
    for pk, value in rows.values_list("pk", name).iterator(chunk_size=500):
        model._base_manager.filter(pk=pk).update(**{name: rules.scrub_json(value, needles)})
