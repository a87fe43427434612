"""What a policy is made of: who asks, what they ask for, and who may.

A row names one address of the site and everybody who may use it; everybody else is refused. Objects are always the
same: Sam's listing with Quantock (council A), Ken's orders with Sam, Joan's helper Priya. So "the owner" is a name.
"""

from dataclasses import dataclass, field
from typing import Any

from tests.cast import CAST

NOBODY = "nobody signed in"
PRIYA_FOR_JOAN = "Priya, for Joan"  # may buy
LEE_FOR_KEN = "Lee, for Ken"  # may see, and nothing else
NIA_FOR_KEN = "Nia, on the telephone with Ken"
MOIRA_BY_PASSWORD = "Moira, without her second step"
PEOPLE = frozenset(part.key for part in CAST)
ACTING = frozenset([PRIYA_FOR_JOAN, LEE_FOR_KEN, NIA_FOR_KEN])
OUTSIDE_ADMIN = ("wagtaildocs_serve", "wagtaildocs_authenticate", "wagtailcore_", "wagtail_serve")
ACTORS = (NOBODY, *sorted(PEOPLE), *sorted(ACTING), MOIRA_BY_PASSWORD)

Who = frozenset[str]
EVERYBODY: Who = frozenset(ACTORS)
SIGNED_IN: Who = EVERYBODY - {NOBODY}
NONE: Who = frozenset()


def who(*names: str) -> Who:
    """These people, whatever else they are doing: Ken himself, and not Nia for Ken."""
    unknown = set(names) - EVERYBODY
    if unknown:
        raise ValueError(unknown)
    return frozenset(names)


STRANGER = who(NOBODY)
PRIYA = who("priya", PRIYA_FOR_JOAN)
SAM = who("sam")
KEN_OR_FOR_KEN = who("ken", LEE_FOR_KEN, NIA_FOR_KEN)
KEN_OR_BUYING_FOR_KEN = who("ken", NIA_FOR_KEN)
MOIRA = who("moira")
CURATORS = who("moira", "bea")
TAKES_CALLS = who("moira", "nia", "bea", NIA_FOR_KEN)
OPERATOR = who("olwen")


def knows(actor: str, row: "Row") -> bool:
    """Whether the words that wait for Quantock's approval may be on this page: for their author and their curator."""
    return actor == "moira" if row.in_admin else actor in ("sam", "moira", "olwen")


@dataclass(frozen=True)
class Row:
    """One address, for one object.

    `name` is a URL's name, or a path beginning with "/". `args` are keys of the world, by argument. `may` may look;
    `change` may send (the same people when it is None). `data` is what is sent, with keys of the world in braces.
    `keeps` says that nothing changes even then.
    """

    name: str
    may: Who
    change: Who | None = None
    args: dict[str, str] = field(default_factory=dict)
    query: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    keeps: bool = False
    why: str = ""

    def allowed(self, method: str) -> Who:
        looks = method in ("GET", "HEAD")
        return self.may if looks or self.change is None else self.change

    @property
    def in_admin(self) -> bool:
        return self.name.startswith(("/admin/", "wagtail")) and not self.name.startswith(OUTSIDE_ADMIN)

    def __str__(self) -> str:
        objects = ",".join(self.args.values())
        return f"{self.name}({objects}){self.query}"


def row(name: str, may: Who, change: Who | None = None, *, query: str = "", why: str = "", **rest: Any) -> Row:
    """`row("orders:order", KEN_OR_FOR_KEN, public_id="order_paid")`; `data` holds what is sent."""
    data, keeps = rest.pop("data", {}), rest.pop("keeps", False)
    return Row(name, may, change, rest, query, data, keeps, why)
