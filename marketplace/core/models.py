"""Rows of the foundations: what is to be delivered after commit, and who did what."""

import secrets

from django.db import models
from django.db.models import Q

ALPHABET = "23456789BCDFGHJKMNPQRTVWXY"  # no vowels, nothing that looks like something else


def public_id() -> str:
    """Twelve characters that nobody can guess and anybody can read out, e.g. "7KQ2-M9XD-4TRB"."""
    letters = [secrets.choice(ALPHABET) for _ in range(12)]
    return "-".join("".join(letters[i : i + 4]) for i in (0, 4, 8))


class OutboxRow(models.Model):
    """Something to do once the transaction that asked for it has been committed."""

    topic = models.CharField(max_length=80)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["due_at", "id"], condition=Q(delivered_at=None), name="outbox_due")]

    def __str__(self) -> str:
        return f"{self.topic} {self.payload}"


class AuditEntry(models.Model):
    """Who did what, for whom. Insert-only; ids instead of foreign keys, so that it outlives erasure."""

    at = models.DateTimeField(db_index=True)
    action = models.CharField(max_length=80, db_index=True)
    by_id = models.BigIntegerField(null=True)
    for_id = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=20)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    note = models.CharField(max_length=500, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="audit_subject")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject_kind} {self.subject_id}"

    def save(self, *args, **kwargs) -> None:
        if self.pk:
            raise TypeError("audit entries are never changed")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("audit entries are never deleted")
