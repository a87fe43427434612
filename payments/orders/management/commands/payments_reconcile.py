"""Compare our payments with the gateway's own record: manage.py payments_reconcile [--days 60]"""

from datetime import timedelta

from django.core.management.base import BaseCommand, CommandParser

from marketplace.core import clock
from payments.orders import selectors, services


class Command(BaseCommand):
    help = "Compares our payments with the gateway's own record, repairs what is certain, lists the rest."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=60, help="how far to look back")

    def handle(self, *args, **options) -> None:
        now = clock.now()
        tally = services.payments_reconcile(now=now, since=now - timedelta(days=options["days"]))
        self.stdout.write(
            f"{tally.payments} payments and {tally.refunds} refunds compared, {tally.found} differences found, "
            f"{tally.repaired} put right, {tally.unseen} accounts could not be looked at."
        )
        if tally.out_of_step:
            self.stdout.write(
                f"{tally.out_of_step} accounts of the ledger are not what their entries, or our rows, say: see the log."
            )
        for each in selectors.differences_open()[:200]:
            self.stdout.write(
                f"{each.kind}: {each.subject} ({each.account.provider}), ours: {each.ours or 'nothing'}, "
            )
            self.stdout.write(f"    theirs: {each.theirs or 'nothing'}. See /operator/money/differences/{each.pk}/")
