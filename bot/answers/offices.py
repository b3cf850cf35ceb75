"""Questions about the sections themselves: どんな課がある, 課はいくつ, どの課が一番事業が多い."""

from __future__ import annotations

import re
from collections import Counter

from bot.answers.replies import Answer, Kind
from bot.answers.showing import Items, Say
from store.database import Database
from store.text.asking import core
from store.text.normalize import one_space

_KIND = r"(?P<kind>担当課|課室|課|室|部署|部局|部|府省庁|省庁)"
_WHICH = re.compile(
    rf"(?:登録されている|全部の|すべての|全ての)?(?:どんな|どういう|どの|何の)?{_KIND}"
    r"(?:名|の名前)?(?:の?(?:一覧|リスト|数)|(?:は|って|が|には|の数は)?(?:全部で|全体で)?"
    r"(?:いくつ|何個|何課|何部|何がある|どこがある|どれだけ|ある|あり)(?:ある|あり|あるの)?"
    r"|が(?P<most>一番|いちばん|最も|もっとも)?(?:多くの)?事業(?:の数|数)?(?:が|を)(?P<most2>一番|いちばん|最も)?"
    r"(?:多い|持って(?:いる|る)|担当して(?:いる|る)).*|が)(?:は|を|が)?"
    r"|(?:いくつ|何個)の?(?P<kind3>課室|課|室|部署|部)(?:が|は)?(?:ある|あり)?"
    r"|(?:一番|いちばん|最も|もっとも)?(?:多くの)?事業(?:の数|数)?(?:が|を)(?:一番|いちばん|最も|もっとも)?"
    r"(?:多い|持って(?:いる|る)|担当して(?:いる|る))(?:のは)?(?:どの|どこの|何)?(?P<kind2>課|室|部署|部)(?:は|って)?"
)
_FIELDS = {"部": "department", "部局": "department", "府省庁": "organization", "省庁": "organization"}


def asks(core: str) -> bool:
    """Whether a question, less its courtesies, is about the offices themselves."""
    return bool(_WHICH.fullmatch(core))


def answer(db: Database, question: str) -> Answer | None:
    """The offices that have projects, those with the most first; None when it is not about offices."""
    asked = core(one_space(question))
    found = _WHICH.fullmatch(asked)
    if not found:
        return None
    field = _FIELDS.get(found["kind"] or found["kind2"] or found["kind3"], "section")
    counts = Counter(getattr(entry, field) for entry in db.snapshot.catalog.entries if getattr(entry, field))
    if not counts:
        return None
    label = {"section": "課・室", "department": "部", "organization": "府省庁"}[field]
    ranked = sorted(counts.items(), key=lambda item: -item[1])
    head = Say(f"事業のある{label}は {len(ranked):,} あります。事業の多い順に並べます。", "bold")
    lines = Items(tuple((name.replace("\n", "、"), f"　{count:,}件") for name, count in ranked))
    kind: Kind = "count" if re.search(r"いくつ|何個|何課|何部|数", asked) else "list"
    return Answer(kind, (head, lines), why=(f"一覧の{label}の欄を数えています",))
