"""manage.py search_words: take in new rules of words/rules.txt; curators' own changes stay."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from marketplace.core.audit import CLOCKWORK
from search.services import rules_seed


class Command(BaseCommand):
    help = "Add rules about words that this version brings and this site has never had."

    def handle(self, *args: Any, **options: Any) -> None:
        made = rules_seed(by=CLOCKWORK, now=timezone.now())
        self.stdout.write(f"{made} rules added")
