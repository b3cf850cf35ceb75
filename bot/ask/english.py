"""Questions asked in English, put as one would put them in Japanese; the thing asked about stays. Pure."""

from __future__ import annotations

import re

from store.text.normalize import one_space

LONGEST = 300  # characters: what is longer is a text, and no question
_OPENING = (
    r"(?:(?:hi|hello|hey|excuse me|sorry|please|so|and|ok|okay)\b[\s,.!]*"
    r"|(?:can|could|would|will) you (?:please )?|(?:i'd like|i would like|i want) to (?:know|hear|ask) "
    r"|(?:may|can|could) i (?:know|ask) |do you know )*"
)
_PLEASE = re.compile(r"(?:please|thanks|thank you)$", re.IGNORECASE)
_OF = r"(?:about|on|of|for|regarding|related to|relating to|involving|with)"
_PROJECTS = r"(?:projects?|programs?|programmes?)"
_OFFICE = r"(?:section|department|division|office|team|unit)"
_WITHIN = r"of|for|in|on|about|at|with|from"
_RUNS = r"(?:in charge of|responsible for|runs|manages|handles|leads|does|doing|running|handling)"
_SAY = r"(?:what(?:'s| is| are| was| were) |tell me |show me )?"
_LIST = r"(?:list|show me|show)(?: all| the| me)*"
_TELL = r"(?:tell me|tell us|explain|know|learn|hear|info(?:rmation)?|something|more)"
_AMOUNTS = {
    "予算": "budgets?|costs?|expenses?",
    "締切": "deadlines?|due dates?",
    "番号": "number",
    "人数": r"number of (?:people|participants|visitors|users|members)",
    "件数": r"number of (?:cases|projects|applications|times)",
}
_FIELDS = {
    "目的": "purposes?|goals?|aims?|objectives?",
    "成果": "results?|outcomes?|achievements?|effects?",
    "概要": "overview|outline|contents?|details?",
    "担当課": f"{_OFFICE}(?: in charge)?",
}
# The first that fits; its group is the thing asked about.
_FRAMES = (
    (
        "{}の事業は何件",
        rf"how many {_PROJECTS} (?:are )?(?:there )?{_OF} (.+?)(?: are there)?",
    ),
    ("{}の事業は何件", rf"how many {_PROJECTS} does (.+) have"),
    (
        "{}の事業を一覧で",
        rf"(?:(?:which|what) {_PROJECTS}(?: are)?|{_LIST} {_PROJECTS}) {_OF} (.+)",
    ),
    ("{}の担当課は", rf"(?:who|(?:which|what) {_OFFICE})(?:'s| is| are)? {_RUNS} (.+)"),
    *((f"{{}}の{field}は", rf"{_SAY}the (?:{nouns}) (?:of|for) (.+)") for field, nouns in _FIELDS.items()),
    *((f"{{}}の{what}は", rf"{_SAY}the (?:{nouns}) (?:of|for|in) (.+)") for what, nouns in _AMOUNTS.items()),
    # Of nothing in particular: the group is empty.
    *((f"{what}は", rf"(?:what|when)(?:'s| is) the (?:{nouns})()") for what, nouns in _AMOUNTS.items()),
    ("{}をまとめて", r"(?:summari[sz]e|(?:give me )?a summary of) (.+)"),
    ("{}について教えて", rf"(?:{_TELL} )+(?:about|on|regarding) (.+)"),
    ("{}について教えて", r"(?:explain|describe) (.+)"),
    # What has a preposition in it asks for something of it, and what is new is no name.
    ("{}とは", rf"what(?:'s| is| are) (?!(?:new|up|next|wrong)$)((?:(?! (?:{_WITHIN}) ).)+?)(?: about)?"),
)
_PATTERNS = tuple((asked, re.compile(f"{_OPENING}{frame}", re.IGNORECASE)) for asked, frame in _FRAMES)
_BESIDE = re.compile(rf"^(?:the|a|an|your|our) | {_PROJECTS}$", re.IGNORECASE)
_POINTS = re.compile(rf"(?:it|this|that|them|these|those)(?: {_PROJECTS})?", re.IGNORECASE)


def in_japanese(question: str) -> str:
    """The question in Japanese where it was asked in English, else as it is."""
    if len(question) > LONGEST:
        return question
    typed = one_space(question).replace("’", "'")
    asked = typed.rstrip(" ?!.")
    if plea := _PLEASE.search(asked):
        asked = asked[: plea.start()].rstrip(" ,")
    for japanese, pattern in _PATTERNS:
        if found := pattern.fullmatch(asked):
            return _put(japanese, found[1])
    return question


def _put(japanese: str, thing: str) -> str:
    if _POINTS.fullmatch(thing):
        return japanese.replace("{}の", "その").replace("{}", "それ")
    return japanese.format(_BESIDE.sub("", thing))
