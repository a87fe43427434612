"""What providers had to make good before the books kept it is written into them as it stands."""

from django.db import migrations
from django.db.models import F


def book(apps, schema_editor):
    account, entry = apps.get_model("ledger", "Account"), apps.get_model("ledger", "Entry")
    receivables = apps.get_model("orders", "Receivable").objects.exclude(kind="failed_refund").select_related("order")

    def move(row, number, why, debit, credit, pence):
        if pence < 1 or entry.objects.filter(key=f"owed:{row.key}:{number}").exists():
            return
        sides = []
        for (key, kind), sign in ((debit, 1), (credit, -1)):
            side, _new = account.objects.get_or_create(key=key, defaults={"kind": kind})
            account.objects.filter(pk=side.pk).update(balance_pence=F("balance_pence") + sign * pence)
            sides.append(side)
        entry.objects.create(
            key=f"owed:{row.key}:{number}",
            debit=sides[0],
            credit=sides[1],
            amount_pence=pence,
            at=row.state_since,
            why=why,
            about=row.order.public_id,
        )

    for row in receivables.order_by("pk").iterator(chunk_size=500):
        owed = f"order:{row.order.public_id}:owed", "receivable"
        move(row, 0, "owed", (f"provider:{row.provider_id}:earning", "earning"), owed, row.amount_pence)
        move(row, 1, "made_good", owed, (f"provider:{row.provider_id}:bank", "paid_out"), row.settled_pence)


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0005_found_by_the_payment"),
        ("ledger", "0002_entries_are_never_changed"),
    ]

    operations = [migrations.RunPython(book, migrations.RunPython.noop)]
