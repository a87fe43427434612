"""What people keep from a search: a shortlist, and what nobody near them does yet."""

from django.db import models

from marketplace.core.audit import DELEGATE, PHONE, SELF
from marketplace.people.models import User
from providers.listings.models import Listing


class ShortlistEntry(models.Model):
    """One listing on one person's shortlist. Somebody acting for them may have put it there."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="shortlist")
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="+")
    added_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    channel = models.CharField(max_length=20, default=SELF, choices=[(name, name) for name in (SELF, DELEGATE, PHONE)])
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["person", "listing"], name="shortlisted_once")]

    def __str__(self) -> str:
        return f"{self.listing} for {self.person}"


class Need(models.Model):
    """What somebody looked for and did not find, in their own words. Kept for the council that looks for providers.

    `place` is as coarse as the person wrote it; `la_code` is the council there. `contact` is theirs to leave or not.
    """

    words = models.CharField(max_length=1000)
    searched_for = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=120, blank=True)
    la_code = models.CharField(max_length=9, blank=True)
    contact = models.CharField(max_length=200, blank=True)
    person = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["la_code", "at"], name="need_area")]

    def __str__(self) -> str:
        return f"{self.words[:60]} ({self.place})"
