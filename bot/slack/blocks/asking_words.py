"""The words of a question among those that were searched for: they ask, and are not looked for. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from store.records import FIELD_LABELS
from store.text.morphology import words

_ASKED = (
    r"何[一-龥]{0,2}|なに|なん[一-龥]|誰|だれ|どこ|何処|いつ|いくら|いくつ"
    r"|どれ(?:くらい|だけ)?|どう|どんな|なぜ|どの"
)
_PLEASE = r"お願い(?:し|いたし|致し)ます|(?:教え|おしえ|見せ|調べ|探し)て(?:ください|下さい)?|ください|下さい"
_ASKING = re.compile(
    rf"(?:[?？]|です|ます|ました|ますか|ですか|でしょうか|とは|って|{_PLEASE}|{_ASKED})[?？。!！\s]*$"
)
_ALL = re.compile(
    "(?:全|すべての|全ての)?(?:事務事業|事業|課|室|部署?)?の?(?:一覧表?|リスト|全部)|全(?:事務)?事業"
)
_ASKING = re.compile(rf"{_ASKED}|{_PLEASE}|の件")
_FIELDS = "・".join(FIELD_LABELS.values())


def told_missing(lost: Iterable[str], text: str) -> list[str]:
    """Of the words that no hit has those worth telling, as typed in `text`.

    Left out are those that only ask (何, 教えて), name a field of every record (成果), or hold the sentence.
    """
    surfaces = {word.text: word.surface for word in reversed(words(text))}
    asking = "".join(_ASKING.findall(text))
    shown = [word if word in text else surfaces.get(word, word) for word in lost]
    typed = set(text.split())
    told = [word for word in dict.fromkeys(shown) if not _only_asks(word, asking, typed)]
    return _together(told, text)


def _only_asks(word: str, asking: str, typed: Collection[str]) -> bool:
    if word in asking or word in _FIELDS:
        return True
    return word not in typed and not any(part.noun for part in words(word))


def _together(told: Iterable[str], text: str) -> list[str]:
    """The words with those as one that stand side by side: 達成率."""
    joined: list[str] = []
    for word in told:
        if joined and joined[-1] + word in text:
            joined[-1] += word
        else:
            joined.append(word)
    return joined
