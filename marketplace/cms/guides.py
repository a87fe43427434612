# ruff: noqa: E501  (sentences of a guide are read, and translated, whole)
"""The guides that every part of the site begins with. They are pages: a council may rewrite each of them.

`%(who)s` is the council's name or "your council", `%(ring)s` how to reach it.
"""

from dataclasses import dataclass
from typing import Any

from marketplace.people.models import Council


@dataclass(frozen=True)
class Guide:
    """`parts` are a heading (str), or a list of paragraphs of simple HTML."""

    slug: str
    title: str
    summary: str
    parts: tuple[str | list[str], ...]

    def body(self, council: Council | None) -> list[tuple[str, Any]]:
        """The blocks of GuidePage.body."""
        blocks: list[tuple[str, Any]] = []
        for part in self.parts:
            if isinstance(part, str):
                blocks.append(("heading", part))
            else:
                blocks.append(("text", "".join(f"<p>{words % names(council)}</p>" for words in part)))
        return blocks


def names(council: Council | None) -> dict[str, str]:
    if council is None:
        return {"who": "your council", "Who": "Your council", "ring": "ring your council and ask for adult social care"}
    return {
        "who": council.name,
        "Who": council.name,
        "ring": f"ring {council.name} on {council.help_phone}, {council.help_hours}",
    }


GUIDES = (
    Guide(
        "what-the-council-checks",
        "What the council checks",
        "Somebody at the council looks at papers and writes down the day. You can read what was checked on every page.",
        (
            "What you see on a page",
            [
                "Each check shows who looked, and on which day. A solid stamp means that an officer of %(who)s saw the "
                "paper. A broken line means that these are the person’s own words, and nobody has checked them yet.",
                "When a check that the council asks for runs out, the page is hidden until the new one has been seen.",
            ],
            "What may be checked",
            [
                "<b>Who they are.</b> An officer saw proof of name and address.",
                "<b>Insurance.</b> An officer saw the policy and its last day.",
                "<b>DBS certificate.</b> A record of convictions, as it stood on the day it was printed. Basic and "
                "enhanced certificates look at different things. The council keeps its number and date, never what it says.",
                "<b>Care Quality Commission.</b> Who helps with washing, dressing, eating or the toilet usually has to be "
                "registered. An officer found them in the public register.",
                "<b>Training and references.</b> An officer saw the certificate, or spoke to people who know their work.",
            ],
            "What a check does not mean",
            [
                "A check says what somebody saw on one day. It does not promise how anybody will work, and the council "
                "does not prefer one person to another. Meet first, ask your own questions, and stop if you are not sure.",
            ],
        ),
    ),
    Guide(
        "how-results-are-ordered",
        "How results are ordered",
        "Nearest and most fitting first. Nobody can pay to stand higher.",
        (
            "What counts",
            [
                "We look at three things: how well the words fit what you typed, how near it is, and how lately the "
                "person said that their page is still right.",
                "Only people who come to where you are, or who have a place you can go to within your distance, are shown.",
            ],
            "What does not count",
            [
                "Money. Nobody pays to be listed or to stand higher.",
                "Names. When two are equally good, chance decides, so nobody gains by being called “A1”.",
                "Who you are. Everybody who types the same sees the same.",
            ],
            "You can change the order",
            ["Above the results you can put the nearest, the cheapest or the newest first."],
        ),
    ),
    Guide(
        "accessibility",
        "Accessibility statement",
        "This site should work for everybody: on an old phone, with a keyboard, with a screen reader, in large print.",
        (
            "What you should be able to do",
            [
                "Make the words twice as large without losing any. Reach everything with a keyboard. Hear every page with "
                "a screen reader. Use every page with scripts switched off. Print any page.",
                "We aim for the Web Content Accessibility Guidelines 2.2, level AA, and test every kind of page with tools "
                "and by hand.",
            ],
            "What does not work yet",
            [
                "The map beside a list cannot be read by a screen reader. The list beside it has everything that is on it.",
                "Pages that people write about themselves are in the language they chose.",
            ],
            "Tell us",
            [
                "If something gets in your way, %(ring)s. We answer within five working days, and can give you anything "
                "here on paper or by telephone.",
                "If our answer does not help, the Equality Advisory and Support Service can: 0808 800 0082.",
            ],
            "Where the map and the distances come from",
            [
                "Contains OS data © Crown copyright and database right. Contains Royal Mail data © Royal Mail copyright "
                "and database right. Source: Office for National Statistics licensed under the Open Government Licence v3.0.",
                "Towns and villages are from GeoNames (CC BY 4.0). The coast is from Natural Earth.",
            ],
        ),
    ),
    Guide(
        "privacy",
        "Privacy",
        "You can look at everything without telling us who you are. We ask only for what is needed to help you.",
        (
            "Without an account",
            [
                "Searching leaves no cookie. Your shortlist is kept on your own device. The postcode you type is used to "
                "find help near you and is not kept with your name.",
            ],
            "With an account",
            [
                "We keep your name, e-mail address and telephone number, what you asked for, and what you paid. The person "
                "who helps you sees your name and what you wrote to them, once you ask them.",
                "Card numbers never reach us. A payment company takes the payment on the helper’s behalf.",
                "We keep records of money for seven years, because the law asks for it. The rest goes when you close "
                "your account.",
            ],
            "Who looks after it",
            [
                "%(Who)s decides how this information is used. You may ask to see it, put it right or have it removed: "
                "%(ring)s.",
                "You may also complain to the Information Commissioner: 0303 123 1113.",
            ],
        ),
    ),
    Guide(
        "how-to-complain",
        "How to complain",
        "Tell the person first, then the council. If anyone is in danger, ring 999.",
        (
            "If somebody is in danger",
            [
                "Ring 999. If it can wait an hour, %(ring)s.",
                '<a href="/concern/">Tell us on this site</a> if you would rather write. You need not give your name.',
            ],
            "If something went wrong",
            [
                "Tell the person or group who gave the help. Most things are put right that way. Their page says how.",
                "If that does not help, %(ring)s. You get an answer within ten working days.",
                "If the help was personal care, you can also tell the Care Quality Commission: 03000 616161.",
                "If you are not happy with how the council dealt with it, ask the Local Government and Social Care "
                "Ombudsman: 0300 061 0614.",
            ],
            "If you want your money back",
            [
                "You can change your mind for 14 days after you order. Open your order and press “Cancel”. If the help has "
                "already begun because you asked for that, you pay for what was done.",
            ],
        ),
    ),
    Guide(
        "offer-help",
        "Offer help here",
        "Put yourself on the map. It is free, and you set your own price.",
        (
            "Who can join",
            [
                "Anybody who gives help near home: one person, a few friends, a co-operative, a village group, a company.",
                "If you help people wash, dress, eat or use the toilet, you usually have to be registered with the Care "
                "Quality Commission. We ask about that on the way.",
            ],
            "What happens",
            [
                "You answer one question a page. You can stop and come back. When you are done, %(who)s reads it, and "
                "either puts it live or tells you what to change.",
                "People then find you, ask you for a first visit, and ask for what you offer. You say yes or no.",
                '<a href="/provider/">Begin now</a>',
            ],
            "What it costs",
            ["Nothing to be listed. The payment company takes its fee from card payments."],
        ),
    ),
)
