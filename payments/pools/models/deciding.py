"""What a group decides together: a question, what is proposed, one vote a member, and a result that stays."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.core.models import public_id
from marketplace.people.models import Council, User
from providers.listings.models import Category, Offer, Provider

from ..states import BriefState, DecisionState
from .pledge import Pledge
from .pool import Pool


class Brief(models.Model):
    """What a group wants, on one page, before anybody offers it. `pool` is what it became."""

    public_id = models.CharField(max_length=20, unique=True, default=public_id)
    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="briefs")
    organiser = models.ForeignKey(User, on_delete=models.PROTECT, related_name="briefs")
    form_token = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    words = models.CharField(max_length=2000)
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    heads = models.PositiveSmallIntegerField(default=3)
    state = models.CharField(max_length=20, choices=BriefState.choices, default=BriefState.WRITING)
    state_since = models.DateTimeField()
    made_at = models.DateTimeField()
    offers_by = models.DateTimeField()
    vote_by = models.DateTimeField()
    pool = models.OneToOneField(Pool, null=True, blank=True, on_delete=models.PROTECT, related_name="brief")
    link_number = models.PositiveSmallIntegerField(default=0, help_text="Raised when the link went too far.")
    invited = models.ManyToManyField(Provider, blank=True, related_name="briefs_asked")

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organiser", "form_token"], name="one_brief_a_form"),
            models.CheckConstraint(condition=Q(vote_by__gt=models.F("offers_by")), name="brief_votes_after_offers"),
        ]

    def __str__(self) -> str:
        return self.public_id


class BriefMember(models.Model):
    """Somebody who wants what a brief asks for, and has one vote."""

    brief = models.ForeignKey(Brief, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brief", "person"], name="brief_member_once")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.brief_id}"


class Tender(models.Model):
    """What one provider offers to a brief: a price for the whole block. No rival ever sees it."""

    public_id = models.CharField(max_length=20, unique=True, default=public_id)
    brief = models.ForeignKey(Brief, on_delete=models.PROTECT, related_name="tenders")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="tenders")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="+")
    total_pence = models.PositiveIntegerField()
    words = models.CharField(max_length=1000)
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=400, blank=True, help_text="Why it was not chosen, for its provider.")

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["brief", "provider"], condition=Q(withdrawn_at=None), name="one_tender_a_provider"
            ),
            models.CheckConstraint(condition=Q(total_pence__gt=0), name="tender_has_a_price"),
        ]

    def __str__(self) -> str:
        return self.public_id


class Decision(models.Model):
    """A question to a pool (where its saving goes) or to a brief (whose offer). A closed one is never changed.

    `result` holds everything it can be worked out from again: {"options": [ids], "ballots": [[ids], ...] without
    names, "order": [ids], "seed": text, "voters": n, "entitled": n}.
    """

    public_id = models.CharField(max_length=20, unique=True, default=public_id)
    pool = models.ForeignKey(Pool, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions")
    brief = models.OneToOneField(Brief, null=True, blank=True, on_delete=models.PROTECT, related_name="decision")
    question = models.CharField(max_length=200)
    state = models.CharField(max_length=20, choices=DecisionState.choices, default=DecisionState.OPEN)
    state_since = models.DateTimeField()
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    result = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["opened_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(pool=None, brief__isnull=False) | Q(pool__isnull=False, brief=None),
                name="decision_is_of_one_group",
            )
        ]

    def __str__(self) -> str:
        return self.public_id


class Option(models.Model):
    """Something to choose. One that stands for a tender is chosen with it."""

    public_id = models.CharField(max_length=20, unique=True, default=public_id)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="options")
    words = models.CharField(max_length=300)
    proposed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    proposed_at = models.DateTimeField()
    tender = models.OneToOneField(Tender, null=True, blank=True, on_delete=models.PROTECT, related_name="option")

    class Meta:
        ordering = ["proposed_at", "pk"]

    def __str__(self) -> str:
        return self.words


class Ballot(models.Model):
    """One member's ranking, best first, as option ids. It may be changed until the vote closes."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="ballots")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    ranking = models.JSONField(default=list)
    cast_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["decision", "person"], name="one_vote_a_member")]

    def __str__(self) -> str:
        return f"{self.decision_id} by {self.person_id}"


class Reinvestment(models.Model):
    """How much of their own saving a member would spend where the group decides: a record for the next purchase, no
    pot. Pence; nothing is taken by it."""

    pledge = models.OneToOneField(Pledge, on_delete=models.CASCADE, related_name="reinvestment")
    pence = models.PositiveIntegerField(help_text=_("Of what they saved."))
    said_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pence__gt=0), name="reinvestment_is_something")]

    def __str__(self) -> str:
        return f"{self.pledge_id} {self.pence}p"
