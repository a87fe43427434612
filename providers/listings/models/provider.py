"""Who gives help, and the kinds of help there are."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.core.models import public_id
from marketplace.people.models import Council, User


class DirectPaymentRule(models.TextChoices):
    ALLOWED = "allowed", _("Can be bought with a direct payment")
    ASK = "ask", _("Ask the council first")
    NO = "no", _("Cannot be bought with a direct payment")


class Category(models.Model):
    """A kind of help, in the words people use. National ones (no council) stand everywhere."""

    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=80)
    hint = models.CharField(max_length=160, blank=True)
    art = models.CharField(max_length=20, default="kettle", help_text=_("The name of one of our drawings."))
    council = models.ForeignKey(Council, null=True, blank=True, on_delete=models.CASCADE, related_name="categories")
    personal_care = models.BooleanField(default=False)
    direct_payment = models.CharField(
        max_length=10, choices=DirectPaymentRule.choices, default=DirectPaymentRule.ALLOWED
    )
    position = models.PositiveSmallIntegerField(default=100)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "name"]
        verbose_name_plural = "categories"
        constraints = [
            models.UniqueConstraint(fields=["slug", "council"], name="category_slug_once_a_council"),
            models.UniqueConstraint(fields=["slug"], condition=Q(council=None), name="national_category_slug_once"),
        ]

    def __str__(self) -> str:
        return self.name


class LegalForm(models.TextChoices):
    SOLE_TRADER = "sole_trader", _("Works for themselves (sole trader)")
    PARTNERSHIP = "partnership", _("Partnership")
    COMPANY = "company", _("Limited company")
    CIC = "cic", _("Community interest company")
    COOPERATIVE = "cooperative", _("Co-operative, owned by its members")
    CHARITY = "charity", _("Charity")
    GROUP = "group", _("Community group without a legal form")


class VatStatus(models.TextChoices):
    NOT_REGISTERED = "not_registered", _("Not registered for VAT: no VAT is charged")
    STANDARD = "standard", _("Prices include VAT")
    EXEMPT_WELFARE = "exempt_welfare", _("Exempt: welfare services by a regulated provider")


class Provider(models.Model):
    """A person, co-operative or group that gives help. Facts here take effect at once, without approval."""

    public_id = models.CharField(max_length=20, unique=True, default=public_id)
    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="providers")
    name = models.CharField(max_length=200)
    contact_name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    website = models.URLField(blank=True)
    legal_form = models.CharField(max_length=20, choices=LegalForm.choices, default=LegalForm.SOLE_TRADER)
    people_working = models.PositiveSmallIntegerField(default=1)
    fte_tenths = models.PositiveSmallIntegerField(default=10, validators=[MaxValueValidator(10000)])
    directed_by_person = models.BooleanField(
        default=False, help_text=_("One individual, directed wholly by the person they help or their representative.")
    )
    cqc_id = models.CharField(max_length=20, blank=True)
    insurer = models.CharField(max_length=120, blank=True)
    insured_pounds = models.PositiveIntegerField(null=True, blank=True)
    insured_until = models.DateField(null=True, blank=True)
    vat = models.CharField(max_length=20, choices=VatStatus.choices, default=VatStatus.NOT_REGISTERED)
    complaints = models.CharField(max_length=600, blank=True)
    keepers = models.ManyToManyField(User, through="Keeper", related_name="providers_kept")
    answered = models.JSONField(default=list, blank=True, help_text=_("The questions its keeper has been through."))
    source = models.CharField(max_length=60, blank=True, help_text=_("Where an imported provider came from."))
    external_id = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(people_working__gte=1), name="somebody_works_there"),
            models.UniqueConstraint(
                fields=["council", "source", "external_id"], condition=~Q(external_id=""), name="provider_imported_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Keeper(models.Model):
    """Somebody who keeps a provider's listing."""

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "user"], name="keeper_once")]

    def __str__(self) -> str:
        return f"{self.user} keeps {self.provider}"
