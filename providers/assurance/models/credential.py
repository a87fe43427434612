"""One check of one provider. Facts about a certificate only: never its content (Police Act 1997, s. 124)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.core.models import public_id
from marketplace.people.models import Council, User
from providers.listings.models import Provider

from ..states import HELD, CredentialState


class CheckKind(models.TextChoices):
    """What can be checked, in the order in which pages show it."""

    IDENTITY = "identity", _("Who they are")
    INSURANCE = "insurance", _("Insurance")
    DBS_ENHANCED = "dbs_enhanced", _("Enhanced DBS certificate")
    DBS_BASIC = "dbs_basic", _("Basic DBS certificate")
    CQC = "cqc", _("Registered with the Care Quality Commission")
    SAFEGUARDING = "safeguarding", _("Safeguarding training")
    FIRST_AID = "first_aid", _("First aid training")
    FOOD_HYGIENE = "food_hygiene", _("Food hygiene")
    REFERENCES = "references", _("References")


class Workforce(models.TextChoices):
    """Whom a DBS certificate is about."""

    ADULTS = "adults", _("Adults")
    CHILDREN = "children", _("Children")
    BOTH = "both", _("Adults and children")
    OTHER = "other", _("Other")


class Credential(models.Model):
    """`number` is a certificate's or policy's own; `insured_pounds` is whole pounds; dates are days in London."""

    public_id = models.CharField(max_length=20, unique=True, default=public_id)
    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="credentials")
    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="credentials")
    kind = models.CharField(max_length=20, choices=CheckKind.choices)
    state = models.CharField(max_length=10, choices=CredentialState.choices, default=CredentialState.CLAIMED)
    state_since = models.DateTimeField()
    workforce = models.CharField(max_length=10, choices=Workforce.choices, blank=True)
    number = models.CharField(max_length=60, blank=True)
    insured_pounds = models.PositiveIntegerField(null=True, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    seen_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    seen_on = models.DateField(null=True, blank=True)
    next_check_on = models.DateField(null=True, blank=True)
    warned_days = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["provider", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "kind"], name="one_credential_a_kind"),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(HELD)) | Q(seen_on__isnull=False), name="checked_means_seen_on_a_day"
            ),
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(issued_on=None) | Q(expires_on__gte=F("issued_on")),
                name="expires_after_issue",
            ),
        ]
        indexes = [models.Index(fields=["state", "expires_on"], name="credential_expiry")]

    def __str__(self) -> str:
        return f"{self.provider}: {self.get_kind_display()}"
