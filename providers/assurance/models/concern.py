"""Something that worries somebody. The provider never sees who said it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.core.models import public_id
from marketplace.people.models import Council, User
from providers.listings.models import Hold, Listing

from ..states import ConcernState


class Severity(models.TextChoices):
    HIGH = "high", _("Somebody is being hurt, or could be")
    ORDINARY = "ordinary", _("Nobody is in danger")


class Answer(models.TextChoices):
    """To a question of section 42 of the Care Act 2014."""

    YES = "yes", _("Yes")
    NO = "no", _("No")
    UNKNOWN = "unknown", _("We do not know yet")


class Concern(models.Model):
    """`reporter_*` may be empty. The three `Answer` fields are the questions of section 42, asked at triage."""

    public_id = models.CharField(max_length=20, unique=True, default=public_id)
    council = models.ForeignKey(Council, null=True, blank=True, on_delete=models.PROTECT, related_name="concerns")
    listing = models.ForeignKey(Listing, null=True, blank=True, on_delete=models.PROTECT, related_name="concerns")
    words = models.TextField(max_length=4000)
    about_whom = models.CharField(max_length=200, blank=True)
    severity = models.CharField(max_length=10, choices=Severity.choices)
    reporter_name = models.CharField(max_length=120, blank=True)
    reporter_contact = models.CharField(max_length=200, blank=True)
    reporter = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=ConcernState.choices, default=ConcernState.NEW)
    state_since = models.DateTimeField()
    created_at = models.DateTimeField()
    care_needs = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    abuse_or_risk = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    cannot_protect_themselves = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    reason = models.CharField(max_length=600, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    hold = models.ForeignKey(Hold, null=True, blank=True, on_delete=models.SET_NULL, related_name="concerns")

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["council", "state"], name="concern_council_state")]

    def __str__(self) -> str:
        return self.public_id
