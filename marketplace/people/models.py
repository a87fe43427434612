"""People, the councils that vouch, and who may act for whom."""

from datetime import date, datetime, timedelta
from typing import ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.core.models import public_id

NO_POST = "no-post.invalid"  # .invalid can never be delivered to (RFC 2606)


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)


class User(AbstractUser):  # type: ignore[django-manager-missing]
    """Anybody with an account, known by e-mail address. Roles are rows elsewhere."""

    username = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), unique=True)  # nobody@NO_POST for a caller who has none
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    is_national_operator = models.BooleanField(default=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()  # type: ignore[misc,assignment]

    def __str__(self) -> str:
        return self.get_full_name() or str(_("Somebody without a name"))

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()

    @property
    def has_post(self) -> bool:
        """Whether e-mail reaches this person; not every caller has an address."""
        return not self.email.endswith(f"@{NO_POST}")


class Council(models.Model):
    """A council that runs its own part of the site: area, name, one colour, contacts, standards."""

    slug = models.SlugField(unique=True, max_length=60)
    name = models.CharField(max_length=120, unique=True)
    colour = models.CharField(
        max_length=7,
        default="#74274b",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Write a colour as #74274b."))],
    )
    area_codes = models.JSONField(default=list, help_text=_("Local authority codes, such as E06000066."))
    help_phone = models.CharField(max_length=30)
    help_hours = models.CharField(max_length=120, default="Monday to Friday, 9 to 5")
    help_email = models.EmailField(blank=True)
    concern_phone = models.CharField(max_length=30)
    concern_hours = models.CharField(max_length=120, default="day or night")
    standards = models.JSONField(default=dict, blank=True)
    is_demonstration = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class CouncilRole(models.TextChoices):
    CURATOR = "curator", _("Curator: looks after the listings")
    COMMISSIONER = "commissioner", _("Commissioner: sees what is bought")
    ADVISER = "adviser", _("Adviser: helps people on the phone")


class CouncilStaff(models.Model):
    """One person's work for one council."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="council_work")
    council = models.ForeignKey(Council, on_delete=models.CASCADE, related_name="staff")
    role = models.CharField(max_length=20, choices=CouncilRole.choices)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "council", "role"], name="one_role_once")]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"


class Scope(models.TextChoices):
    """What a delegate may do. Buying includes shortlisting, shortlisting includes seeing."""

    SEE = "see", _("See what is arranged")
    SHORTLIST = "shortlist", _("See, and keep the shortlist")
    BUY = "buy", _("See, shortlist and buy")


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def in_force(self, now: datetime) -> "DelegationQuerySet":
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now, ended_at=None)


class Delegation(models.Model):
    """`delegate` may act for `person`, within a scope and between two moments, until somebody ends it."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="delegations_given")
    delegate = models.ForeignKey(User, on_delete=models.CASCADE, related_name="delegations_held")
    scope = models.CharField(max_length=20, choices=Scope.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = DelegationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(person=F("delegate")), name="nobody_acts_for_themselves"),
            models.CheckConstraint(condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="ends_after_start"),
            models.UniqueConstraint(
                fields=["person", "delegate"], condition=Q(ended_at=None), name="one_live_delegation"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delegate} for {self.person} ({self.scope})"

    @property
    def last_day(self) -> date | None:
        """The last day on which it holds; `ends_at` is the midnight after it."""
        return None if self.ends_at is None else timezone.localdate(self.ends_at - timedelta(seconds=1))


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def unanswered(self) -> "InvitationQuerySet":
        """Neither accepted, declined nor withdrawn; its days may be over."""
        return self.filter(accepted_at=None, declined_at=None, withdrawn_at=None)

    def open(self, now: datetime) -> "InvitationQuerySet":
        return self.unanswered().filter(open_until__gt=now)


class Invitation(models.Model):
    """A letter that lets one address, once, become somebody's delegate. Only a hash of its key is kept."""

    public_id = models.CharField(max_length=20, unique=True, default=public_id)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations_sent")
    email = models.EmailField()
    name = models.CharField(max_length=120)
    scope = models.CharField(max_length=20, choices=Scope.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    key_hash = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    open_until = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    delegation = models.OneToOneField(
        Delegation, null=True, blank=True, on_delete=models.SET_NULL, related_name="invitation"
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "email"],
                condition=Q(accepted_at=None, declined_at=None, withdrawn_at=None),
                name="one_open_invitation_an_address",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} for {self.person}"

    @property
    def last_day(self) -> date | None:
        """The last day on which it holds; `ends_at` is the midnight after it."""
        return None if self.ends_at is None else timezone.localdate(self.ends_at - timedelta(seconds=1))


class PhoneCall(models.Model):
    """Council staff acting for somebody on the telephone, with the consent they gave."""

    public_id = models.CharField(max_length=20, unique=True, default=public_id)
    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="calls")
    staff = models.ForeignKey(User, on_delete=models.PROTECT, related_name="calls_taken")
    caller = models.ForeignKey(User, on_delete=models.CASCADE, related_name="calls_made")
    consent_words = models.CharField(max_length=300)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(caller=F("staff")), name="staff_do_not_ring_themselves"),
            models.UniqueConstraint(fields=["staff"], condition=Q(ended_at=None), name="one_call_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.caller} with {self.staff}"


class ErasureRequest(models.Model):
    """Somebody asked to be erased. Until `due_at` they may think again; `done_at` is when they went."""

    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="erasure")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=Q(done_at=None), name="erasure_due")]

    def __str__(self) -> str:
        return f"erasure of {self.person_id}"
