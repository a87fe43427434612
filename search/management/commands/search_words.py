"""manage.py search_words: take in words/rules.txt as it is now; curators' own changes stay."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from marketplace.core.audit import CLOCKWORK
from search.services import rules_seed


class Command(BaseCommand):
    help = "Add the rules about words that this version brings; switch off those that it no longer has."

    def handle(self, *args: Any, **options: Any) -> None:
        made, gone = rules_seed(by=CLOCKWORK, now=timezone.now())
        self.stdout.write(f"{made} rules added, {gone} switched off")
