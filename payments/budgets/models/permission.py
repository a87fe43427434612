"""Who may be paid, who has to say yes, and what a council has decided all the same."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.core.models import public_id
from marketplace.people.models import Council, User
from providers.listings.models import Category, Provider

from ..states import ApprovalState
from .purchase import Purchase


class Relation(models.TextChoices):
    """How the person and the one who would be paid belong together, as the regulation names it."""

    NONE = "none", _("We are not related")
    PARTNER = "partner", _("Husband, wife or partner")
    PARENT = "parent", _("Parent or parent-in-law, or their husband, wife or partner")
    CHILD = "child", _("Son, daughter, or their husband, wife or partner")
    STEPCHILD = "stepchild", _("Stepson or stepdaughter, or their husband, wife or partner")
    SIBLING = "sibling", _("Brother or sister, or their husband, wife or partner")
    AUNT_UNCLE = "aunt_uncle", _("Aunt or uncle, or their husband, wife or partner")
    GRANDPARENT = "grandparent", _("Grandparent, or their husband, wife or partner")
    OTHER = "other", _("Another relative or a friend")


class Declaration(models.Model):
    """What a person said about one who would be paid: a provider's `worker` known by name, all the others who work
    there, or somebody elsewhere by `name`. A new answer is a new row.

    `people` is how many others one answer is about: the question is asked again when there are more. One that is taken
    back counts no more either.
    """

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="declarations")
    provider = models.ForeignKey(Provider, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200, blank=True)
    worker = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    people = models.PositiveSmallIntegerField(default=0)
    relation = models.CharField(max_length=20, choices=Relation.choices)
    shares_home = models.BooleanField()
    said_by = models.BigIntegerField(null=True)
    said_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-said_at", "-pk"]
        indexes = [models.Index(fields=["person", "provider"], name="declaration_pair")]
        constraints = [
            models.CheckConstraint(
                condition=Q(provider__isnull=False, name="") | (Q(provider=None, worker=None) & ~Q(name="")),
                name="declaration_is_about_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} and {self.provider_id or self.name}: {self.relation}"

    @property
    def about(self) -> str:
        """Who it is about, as a person would say it."""
        if self.provider is None:
            return self.name
        if self.worker is not None and self.worker.first_name and self.provider.people_working > 1:
            return _("%(worker)s at %(provider)s") % {"worker": self.worker.first_name, "provider": self.provider.name}
        return self.provider.name


class Rule(models.TextChoices):
    """The rules of public money that a council may set aside in one case."""

    RELATIVE = "relative", _("A close relative is paid")
    NOMINATED = "nominated", _("Whoever looks after the money is paid")
    CATEGORY = "category", _("A kind of help that is not usually bought with this money")
    CARE_HOME = "care_home", _("A longer stay in a care home")
    OWN_SERVICE = "own_service", _("The council’s own service")


class Exemption(models.Model):
    """A council’s decision that a rule does not hold for one person and one provider or kind of help."""

    public_id = models.CharField(max_length=20, unique=True, default=public_id)
    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="exemptions")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="exemptions")
    rule = models.CharField(max_length=20, choices=Rule.choices)
    provider = models.ForeignKey(Provider, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=400)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    until = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-decided_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(provider__isnull=False) | Q(category__isnull=False), name="exemption_is_for_something"
            )
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.rule}"


class AskedOf(models.TextChoices):
    PERSON = "person", _("the person")
    HOLDER = "holder", _("whoever holds the fund")
    COUNCIL = "council", _("the council")


class Approval(models.Model):
    """One request for one yes, with a time to answer. The money stays promised meanwhile."""

    public_id = models.CharField(max_length=20, unique=True, default=public_id)
    purchase = models.ForeignKey(Purchase, on_delete=models.PROTECT, related_name="approvals")
    asked_of = models.CharField(max_length=20, choices=AskedOf.choices)
    council = models.ForeignKey(Council, null=True, blank=True, on_delete=models.PROTECT, related_name="approvals")
    holder = models.ForeignKey(Provider, null=True, blank=True, on_delete=models.PROTECT, related_name="approvals")
    state = models.CharField(max_length=20, choices=ApprovalState.choices, default=ApprovalState.WAITING)
    state_since = models.DateTimeField()
    asked_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=400, blank=True)
    until = models.DateField(
        null=True, blank=True, help_text="The last day of a standing yes: as asked for, or an earlier one they chose."
    )
    shortened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["purchase"], condition=Q(state="waiting"), name="one_question_at_a_time"),
            models.CheckConstraint(
                condition=Q(asked_of="person", council=None, holder=None)
                | Q(asked_of="holder", holder__isnull=False)
                | Q(asked_of="council", council__isnull=False),
                name="approval_is_asked_of_somebody",
            ),
        ]
        indexes = [models.Index(fields=["state", "answer_by"], name="approval_answer_by")]

    def __str__(self) -> str:
        return f"{self.public_id} ({self.state})"
