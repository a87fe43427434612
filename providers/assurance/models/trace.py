"""By what a provider would be known again, as digests, and where two look alike."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from providers.listings.models import Hold, Provider


class TraceKind(models.TextChoices):
    EMAIL = "email", _("the same e-mail address")
    PHONE = "phone", _("the same telephone number")
    NAME = "name", _("the same name")
    BANK = "bank", _("the same bank account")
    CQC = "cqc", _("the same number with the Care Quality Commission")
    KEEPER = "keeper", _("the same person keeps it")


class Trace(models.Model):
    """A keyed digest of something a provider was known by. It cannot be read back, and outlives a change of it."""

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="traces")
    kind = models.CharField(max_length=10, choices=TraceKind.choices)
    digest = models.CharField(max_length=64)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "kind", "digest"], name="trace_once")]
        indexes = [models.Index(fields=["kind", "digest"], name="trace_digest")]

    def __str__(self) -> str:
        return f"{self.provider_id} {self.kind}"


class Likeness(models.Model):
    """`provider` looks like `other`, whom a council hides: held until a person has looked. `kinds` are TraceKinds."""

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="likenesses")
    other = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="+")
    kinds = models.JSONField(default=list)
    hold = models.ForeignKey(Hold, on_delete=models.CASCADE, related_name="likenesses")
    found_at = models.DateTimeField()

    class Meta:
        ordering = ["-found_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "other"], name="likeness_found_once"),
            models.CheckConstraint(condition=~Q(provider=F("other")), name="nobody_is_like_themselves"),
        ]

    def __str__(self) -> str:
        return f"{self.provider_id} is like {self.other_id}"

    @property
    def words(self) -> str:
        """By what, for the council: "the same name, the same bank account"."""
        return ", ".join(str(TraceKind(kind).label) for kind in self.kinds)
