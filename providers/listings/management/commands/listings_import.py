"""Read another directory's services as drafts for a council to look at."""

import json
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from marketplace.core.audit import CLOCKWORK
from marketplace.people.models import Council
from providers.listings.importing import readers, services
from providers.listings.importing.services import Report


class Command(BaseCommand):
    help = "Import Open Referral services (a JSON file or a folder of CSV tables) as drafts. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--council", required=True, help="The council's short name, as in its address.")
        parser.add_argument("--source", default="", help="Where it comes from; the file's name unless given.")
        parser.add_argument("--dry-run", action="store_true", help="Try everything, keep nothing.")
        parser.add_argument("--live", action="store_true", help="Publish at once; demonstration councils only.")
        parser.add_argument("--report", type=Path, help="Write the report as JSON.")

    def handle(self, *args, **options) -> None:
        council = Council.objects.filter(slug=options["council"]).first()
        if council is None:
            known = ", ".join(Council.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no council {options['council']!r}. Known: {known}.")
        try:
            report = services.listings_import(
                raws=readers.read(options["file"]),
                council=council,
                source=(options["source"] or options["file"].stem)[:60],
                by=CLOCKWORK,
                now=timezone.now(),
                live=options["live"],
                dry_run=options["dry_run"],
                progress=self._progress,
            )
        except readers.Unreadable as error:
            raise CommandError(str(error)) from error
        except services.NotForDemonstration as error:
            raise CommandError(f"{council} is not a demonstration council, so its curators look first.") from error
        self._say(report, dry_run=options["dry_run"])
        if options["report"]:
            options["report"].write_text(json.dumps(report.as_json(), indent=2))

    def _progress(self, report: Report) -> None:
        if report.read % 25 == 0:
            self.stdout.write(f"  {report.read} read")

    def _say(self, report: Report, *, dry_run: bool) -> None:
        self.stdout.write(
            f"{report.read} read: {report.new} new, {report.changed} changed, {report.same} the same, "
            f"{report.left_alone} left to their keepers, {report.refused} refused."
            + (" A dry run: nothing was kept." if dry_run else "")
        )
        for kind, count in report.remarks.most_common():
            self.stdout.write(f"{kind}: {count}")
            for words in report.examples[kind]:
                self.stdout.write(f"    {words}")
