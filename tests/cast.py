"""The fixed cast. Every address of the site is tested against all of them, and the demo signs in as them.

Joan holds a budget; Priya, her daughter, acts for her. Ken pays for himself. Sam is a sole trader, Asha keeps a
co-operative. Moira curates and Theo commissions for Quantock (council A), Nia takes calls there; Bea curates for
Wharfe (council B). Lee supports people to choose. Olwen runs the whole site. The stranger just has an account.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Part:
    """One of the cast: a short key, a name, an address, and what they are here for."""

    key: str
    first_name: str
    last_name: str
    role: str
    council: str = ""
    work: str = ""

    @property
    def email(self) -> str:
        return f"{self.key}@example.org"


CAST = (
    Part("joan", "Joan", "Tapper", "Holds a direct payment; her daughter helps her"),
    Part("priya", "Priya", "Tapper", "Joan’s daughter, acts for her"),
    Part("ken", "Ken", "Hobbs", "84, pays for himself"),
    Part("sam", "Sam", "Orchard", "Sole trader: gardens and odd jobs"),
    Part("asha", "Asha", "Rahman", "Keeps a co-operative that gives personal care"),
    Part("moira", "Moira", "Blake", "Curates listings for Quantock Council", "quantock", "curator"),
    Part("theo", "Theo", "Marsh", "Commissions for Quantock Council", "quantock", "commissioner"),
    Part("nia", "Nia", "Pugh", "Helps callers at Quantock Council", "quantock", "adviser"),
    Part("bea", "Bea", "Holroyd", "Curates listings for Wharfe Council", "wharfe", "curator"),
    Part("lee", "Lee", "Adeyemi", "Supports people to choose, from a user-led organisation"),
    Part("olwen", "Olwen", "Rees", "Runs the whole site for all councils", "", "national"),
    Part("stranger", "Alex", "Stranger", "Has an account and nothing else"),
)
BY_KEY = {part.key: part for part in CAST}

# Quantock lies in Somerset, Wharfe in Leeds and Bradford, Lagan in Belfast: real areas, invented councils.
COUNCILS: dict[str, dict[str, Any]] = {
    "quantock": {
        "name": "Quantock Council",
        "colour": "#74274b",
        "area_codes": ["E06000066"],
        "help_phone": "01632 960 118",
        "concern_phone": "01632 960 100",
        "help_email": "help@quantock.example",
    },
    "wharfe": {
        "name": "Wharfe Council",
        "colour": "#1f5a48",
        "area_codes": ["E08000035", "E08000032"],
        "help_phone": "01632 960 218",
        "concern_phone": "01632 960 200",
        "help_email": "help@wharfe.example",
    },
    "lagan": {
        "name": "Lagan Council",
        "colour": "#234485",
        "area_codes": ["N09000003"],
        "help_phone": "01632 960 318",
        "concern_phone": "01632 960 300",
        "help_email": "help@lagan.example",
    },
}
