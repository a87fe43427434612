"""Answers to a row of questions, kept in the session as typed, so that every page can show and check them again."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest

KEPT = "pool-answers"  # session key: {"start:<offer>": {"token": ..., "given": {step: {field: text}}}}, newest last
MOST_KEPT = 4


@dataclass
class Answers:
    """What somebody has answered so far on the way to one thing: `about` names it, `token` makes it happen once."""

    about: str
    token: str
    given: dict[str, dict[str, str]]

    @classmethod
    def of(cls, request: HttpRequest, about: str) -> "Answers":
        kept = request.session.get(KEPT, {}).get(about) or {}
        return cls(about, kept.get("token") or secrets.token_urlsafe(16), kept.get("given") or {})

    def keep(self, request: HttpRequest) -> None:
        kept = request.session.get(KEPT, {})
        kept.pop(self.about, None)
        kept[self.about] = {"token": self.token, "given": self.given}
        request.session[KEPT] = dict(list(kept.items())[-MOST_KEPT:])

    def forget(self, request: HttpRequest) -> None:
        kept = request.session.get(KEPT, {})
        kept.pop(self.about, None)
        request.session[KEPT] = kept

    def answer(self, step: str, form: forms.Form, data: Any) -> None:
        """Keep what was typed into the inputs of this form: a date has three."""
        names = {f"{name}{box}" for name in form.fields for box in ("", "_0", "_1", "_2")}
        self.given[step] = {name: str(data[name]) for name in data if name in names}

    def next_of(self, steps: Sequence[str], step: str) -> str | None:
        """The first question after this one that has no answer yet; None when all have been answered."""
        later = steps[list(steps).index(step) + 1 :]
        return next((name for name in later if name not in self.given), None)
