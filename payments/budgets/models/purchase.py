"""What was bought, from which money, and the papers that show it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.core.models import public_id
from marketplace.people.models import User
from providers.listings.models import Category, Provider

from ..states import BACK, TO_COME_BACK, PurchaseState
from .budget import Budget, Outcome


class PurchaseKind(models.TextChoices):
    ORDER = "order", _("Ordered here")
    ELSEWHERE = "elsewhere", _("Bought elsewhere")
    STANDING = "standing", _("Help that comes again and again")


class Method(models.TextChoices):
    CARD = "card", _("Card, on this site")
    CASH = "cash", _("Cash")
    CHEQUE = "cheque", _("Cheque")
    TRANSFER = "transfer", _("Bank transfer")
    PREPAID = "prepaid", _("The council’s prepaid card")
    FUNDER = "funder", _("Paid by whoever holds the money")


class Purchase(models.Model):
    """One purchase and its shares. `order` is the public id of the order made of it, once there is one.

    `asks` names who still has to say yes, in turn; `wish` is what to order then, opaque to this app. A standing one is
    only the question whether help may come again and again: nothing is set aside for it, nor paid.

    `back_since` is when it was called off after whoever holds the money had paid; `said_back_at` when the provider said
    that they gave it back, in `said_back_words`: a note to the holder, by which no money moves.
    """

    public_id = models.CharField(max_length=20, unique=True, default=public_id)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="purchases")
    kind = models.CharField(max_length=20, choices=PurchaseKind.choices)
    order = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=20, choices=PurchaseState.choices)
    state_since = models.DateTimeField()
    title = models.CharField(max_length=200)
    provider = models.ForeignKey(Provider, null=True, blank=True, on_delete=models.PROTECT, related_name="purchases")
    provider_name = models.CharField(max_length=200)
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    bought_on = models.DateField()
    method = models.CharField(max_length=20, choices=Method.choices, default=Method.CARD)
    total_pence = models.PositiveIntegerField()
    made_by = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    asks = models.JSONField(default=list, blank=True)
    wish = models.JSONField(default=dict, blank=True)
    stay_days = models.PositiveSmallIntegerField(default=0, help_text="Days in a care home, from bought_on.")
    back_since = models.DateTimeField(null=True, blank=True)
    said_back_at = models.DateTimeField(null=True, blank=True)
    said_back_words = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=sorted(TO_COME_BACK | BACK)) | Q(back_since__isnull=False),
                name="what_is_to_come_back_says_since_when",
            ),
            models.UniqueConstraint(fields=["order"], condition=~Q(order=""), name="one_purchase_an_order"),
            models.CheckConstraint(condition=Q(total_pence__gt=0), name="purchase_costs_something"),
        ]
        indexes = [models.Index(fields=["person", "state"], name="purchase_person")]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_standing(self) -> bool:
        return self.kind == PurchaseKind.STANDING


class PurchaseLine(models.Model):
    """One share of a purchase. No budget means the person’s own money: a top-up, always a line of its own."""

    purchase = models.ForeignKey(Purchase, on_delete=models.CASCADE, related_name="lines")
    budget = models.ForeignKey(Budget, null=True, blank=True, on_delete=models.PROTECT, related_name="lines")
    outcome = models.ForeignKey(Outcome, null=True, blank=True, on_delete=models.PROTECT, related_name="lines")
    pence = models.PositiveIntegerField()
    back_pence = models.PositiveIntegerField(default=0)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["purchase", "budget"], name="one_share_a_budget"),
            models.UniqueConstraint(
                fields=["purchase"], condition=Q(budget=None), name="own_money_is_one_line_a_purchase"
            ),
            models.CheckConstraint(condition=Q(pence__gt=0), name="share_is_something"),
            models.CheckConstraint(condition=Q(back_pence__lte=F("pence")), name="never_more_back_than_the_share"),
        ]

    def __str__(self) -> str:
        return f"{self.purchase} {self.pence}p"


class MoneyBack(models.Model):
    """Money that whoever holds it has again, after they had paid for something that was called off. Pence.

    Rows are never changed: one written down by mistake is followed by one that `undoes` it. `number` counts the rows of
    a purchase, so that what is written twice at once is written once.
    """

    purchase = models.ForeignKey(Purchase, on_delete=models.PROTECT, related_name="came_back")
    number = models.PositiveSmallIntegerField()
    pence = models.PositiveIntegerField()
    came_on = models.DateField()
    said_by = models.BigIntegerField(null=True)
    said_at = models.DateTimeField()
    undoes = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["purchase", "number"], name="money_back_is_written_once"),
            models.CheckConstraint(condition=Q(pence__gt=0), name="money_back_is_something"),
        ]

    def __str__(self) -> str:
        return f"{self.purchase} {self.number}: {self.pence}p"

    @property
    def key(self) -> str:
        """Its name in the books."""
        return f"{self.purchase.public_id}:back:{self.number}"


class Evidence(models.Model):
    """A receipt or invoice. The file lies encrypted under a random name, outside everything that is served."""

    public_id = models.CharField(max_length=20, unique=True, default=public_id)
    purchase = models.ForeignKey(Purchase, on_delete=models.PROTECT, related_name="evidence")
    stored_as = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    added_by = models.BigIntegerField(null=True)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["added_at", "pk"]

    def __str__(self) -> str:
        return self.public_id
