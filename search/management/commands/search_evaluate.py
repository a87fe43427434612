"""manage.py search_evaluate: does a search for these words find what somebody labelled as right?"""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from marketplace.core.errors import DomainError
from search.words import evaluation, selectors


class Command(BaseCommand):
    help = "Index labelled texts in a scratch index, ask labelled queries, and print how well they were answered."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--documents", required=True, help="CSV with id,title,text,tags (tags with ; between)")
        parser.add_argument("--queries", required=True, help="CSV with query,group,tags")
        parser.add_argument("--backend", default="embedded", help="embedded or elasticsearch")
        parser.add_argument("--rules", choices=("published", "file", "none"), default="published")
        parser.add_argument("--json", action="store_true", help="print the whole run as JSON")
        parser.add_argument("--compare", metavar="RUN.json", help="a run saved with --json, to compare with")

    def handle(self, *args: Any, **options: Any) -> None:
        source = options["rules"]
        if source == "published" and not selectors.rules_are_published():
            self.stderr.write("No rules about words are published in this database: measured with those of the file.")
            source = "file"
        try:
            scores = evaluation.evaluate(
                evaluation.read_documents(options["documents"]),
                evaluation.read_queries(options["queries"]),
                backend=options["backend"],
                book=selectors.rulebook_of(source),
                today=timezone.localdate(),
            )
            before = _saved(options["compare"]) if options["compare"] else {}
        except (DomainError, OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        run = evaluation.as_run(scores, options["backend"])
        if options["json"]:
            self.stdout.write(json.dumps(run, indent=1, ensure_ascii=False))
            return
        self._table(run, before)

    def _table(self, run: dict[str, Any], before: dict[str, Any]) -> None:
        old = {each["query"]: each["ndcg"] for each in before.get("queries", ())}
        self.stdout.write(f"{'nDCG@10':>8} {'was':>6} {'recall@50':>9} {'hits':>9}  query")
        for each in run["queries"]:
            was = f"{old[each['query']]:.2f}" if each["query"] in old else ""
            hits = "none" if each["zero"] else f"{each['found']}/{each['right']}"
            line = f"{each['ndcg']:8.2f} {was:>6} {each['recall']:9.2f} {hits:>9}  {each['group']}: {each['query']}"
            self.stdout.write(f"{line}   [{each['understood']}]")
        for name, means in run["groups"].items():
            was = before.get("groups", {}).get(name, {})
            said = ", ".join(
                f"{key} {value}" + (f" (was {was[key]})" if key in was and was[key] != value else "")
                for key, value in means.items()
            )
            self.stdout.write(f"{name}: {said}")
        share, once = run["misspelt_beside_right"], before.get("misspelt_beside_right")
        if share is not None:
            was = f" (was {once})" if once not in (None, share) else ""
            self.stdout.write(f"misspelt beside the right spelling: {share}{was}")


def _saved(path: str) -> dict[str, Any]:
    with open(path, encoding="utf-8") as file:
        found = json.load(file)
    if not isinstance(found, dict):
        raise ValueError(f"{path} is not a run saved with --json")
    return found
