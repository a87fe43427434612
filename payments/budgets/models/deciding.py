"""What a council has decided about its money: of one budget, and of a kind of help in its area."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.core.models import public_id
from marketplace.people.models import Council, User
from providers.listings.models import Category, DirectPaymentRule

from .budget import Budget


class About(models.TextChoices):
    UNSPENT = "unspent", _("Money that was not spent")
    OVERSPENT = "overspent", _("Own money that was added")
    REVIEW = "review", _("What came of a review")


class Decision(models.Model):
    """A council's own words about one budget; the person reads them there."""

    public_id = models.CharField(max_length=20, unique=True, default=public_id)
    budget = models.ForeignKey(Budget, on_delete=models.PROTECT, related_name="decisions")
    about = models.CharField(max_length=10, choices=About.choices)
    words = models.CharField(max_length=400, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["-decided_at", "-pk"]

    def __str__(self) -> str:
        return self.public_id


class KindRule(models.Model):
    """A council's own answer for a kind of help that every council has: it stands in place of the national one."""

    council = models.ForeignKey(Council, on_delete=models.CASCADE, related_name="kind_rules")
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="+")
    direct_payment = models.CharField(max_length=10, choices=DirectPaymentRule.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["council", "category"], name="one_rule_a_kind")]

    def __str__(self) -> str:
        return f"{self.council_id}: {self.category_id} {self.direct_payment}"
