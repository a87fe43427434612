"""What was said about everybody who worked for a provider was said about each of them."""

from django.db import migrations
from django.db.models import Q


def answers_of(workers, people, known):
    """Of whom one answer was: each keeper who was known then, by id, and under None so many others."""
    kept = [pk for pk in workers if pk in known]
    others = max(0, people - len(workers))
    return [(pk, 0) for pk in kept] + ([(None, others)] if others or not kept else [])


def of_each(apps, schema_editor):
    """One row for each of whom the answer was."""
    declarations, users = apps.get_model("budgets", "Declaration").objects, apps.get_model("people", "User").objects
    together = declarations.filter(provider__isnull=False)
    known = set(users.values_list("pk", flat=True)) if together.exists() else set()
    for said in list(together.order_by("pk")):
        for number, (worker, people) in enumerate(answers_of(said.workers, said.people, known)):
            said.worker_id, said.people = worker, people
            if number:
                said.pk = None
            said.save()


def of_all(apps, schema_editor):
    """Together again: of what was said at one moment, the nearest relation counts for all."""
    declarations = apps.get_model("budgets", "Declaration").objects
    moments: dict[tuple, list] = {}
    for said in declarations.filter(provider__isnull=False).order_by("pk"):
        moments.setdefault((said.person_id, said.provider_id, said.said_at), []).append(said)
    for rows in moments.values():
        kept = sorted(rows, key=lambda said: (said.relation != "partner", not said.shares_home, said.relation == "none"))[0]
        kept.workers = sorted(said.worker_id for said in rows if said.worker_id)
        kept.people = len(kept.workers) + sum(said.people for said in rows)
        declarations.filter(pk__in=[said.pk for said in rows if said.pk != kept.pk]).delete()
        kept.save()


class Migration(migrations.Migration):
    dependencies = [("budgets", "0009_a_worker_by_name"), ("people", "0001_initial")]

    operations = [migrations.RunPython(of_each, of_all)]
