"""What people keep from a search, what they looked for in vain, and the words that curators teach it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.core.audit import DELEGATE, PHONE, SELF
from marketplace.people.models import Council, User
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


class RuleSort(models.TextChoices):
    """What a rule does with the words; see words/grammar.py."""

    BOTH = "both", _("The same thing, whichever is typed")
    ONE_WAY = "one_way", _("One way")
    NEED = "need", _("What people say, and what answers it")


class WordRule(models.Model):
    """One rule about words, as its one line. Without a council it holds in the whole country.

    `seed` is the line of the project's own file that it came from, so that a curator's edit outlives an upgrade. Rules
    are switched off, never deleted: `changed_at` tells every worker that there is something new.
    """

    council = models.ForeignKey(Council, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    sort = models.CharField(max_length=10, choices=RuleSort.choices)
    text = models.CharField(max_length=1000)
    reason = models.CharField(max_length=300, blank=True)
    active = models.BooleanField(default=True)
    seed = models.CharField(max_length=64, blank=True, db_index=True)
    changed_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["text"]
        constraints = [
            models.UniqueConstraint(fields=["council", "text"], name="word_rule_once_a_council"),
            models.UniqueConstraint(fields=["text"], condition=models.Q(council=None), name="national_word_rule_once"),
        ]

    def __str__(self) -> str:
        return self.text


class Outcome(models.TextChoices):
    """How a search ended, as far as one can know without following anybody."""

    NOTHING = "nothing", _("Found nobody")
    SHOWN = "shown", _("Found somebody")
    OPENED = "opened", _("Somebody was opened")


class SearchTally(models.Model):
    """How many searches ended so, by week (its Monday), council area and kind of help. No words, nobody's name."""

    week = models.DateField()
    la_code = models.CharField(max_length=9, blank=True)
    kind = models.CharField(max_length=60, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    many = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["week", "la_code", "kind", "outcome"], name="search_tally_once"),
        ]

    def __str__(self) -> str:
        return f"{self.week} {self.la_code} {self.kind} {self.outcome}: {self.many}"


class MissedWords(models.Model):
    """Words that found nobody, for curators to write rules from. Forgotten after 30 days, shown from five on."""

    words = models.CharField(max_length=200)
    la_code = models.CharField(max_length=9, blank=True)
    week = models.DateField(db_index=True)
    many = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["words", "la_code", "week"], name="missed_words_once")]

    def __str__(self) -> str:
        return self.words
