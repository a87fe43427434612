"""Every process of the site understands the same words alike, so that a list does not change from page to page."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PROGRAM = """
import django
django.setup()
from search.words.matching import Rulebook
from search.words.seeding import file_rules
from search.words.spelling import Lexicon
from search.words.understanding import understand
rules = file_rules()
book = Rulebook(rules)
lexicon = Lexicon(["organise organize a theatre theater", "center centre of colour color"], book)
for q in dict.fromkeys(words for rule in rules for words in rule.typed):
    print(understand(q, book, lexicon))
print([lexicon.as_we_write(word) for word in ("theater", "organiser", "organizer", "center")])
"""


def test_two_processes_look_for_the_same_names_in_the_same_order():
    """Python hashes words anew in each process; of more names than are looked for, the same ones must be kept."""
    with ThreadPoolExecutor() as pool:
        said = list(pool.map(_as_a_process_with, ("1", "2", "3")))
    assert said[0].count("\n") > 1000
    assert said[0] == said[1] == said[2]


def _as_a_process_with(seed: str) -> str:
    own = {**os.environ, "PYTHONHASHSEED": seed, "DJANGO_SETTINGS_MODULE": "marketplace.settings.test"}
    command = [sys.executable, "-c", PROGRAM]
    there = Path(__file__).parents[3]
    return subprocess.run(command, cwd=there, env=own, capture_output=True, text=True, check=True, timeout=120).stdout
