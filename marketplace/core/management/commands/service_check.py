"""Look at everything thoroughly, as after a restore: what pages need, the books, the papers, every search index."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from marketplace.core import health

MOST_SHOWN = 10


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = [f"{part.name}: {part.words}" for part in health.parts() if part.needed and not part.well]
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            wrong.append("migrations are missing: run manage.py migrate")
        else:
            for found in health.audits():
                self.stdout.write(f"{found.name}: {found.looked_at} looked at, {len(found.troubles)} wrong")
                wrong += [f"{found.name}: {words}" for words in found.troubles[:MOST_SHOWN]]
        if wrong:
            raise CommandError("\n".join(wrong))
        self.stdout.write("Everything is whole.")
