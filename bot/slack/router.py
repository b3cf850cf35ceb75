"""What was typed: a command, words to search for, a question, or small talk.

Decided once for every surface, before anything runs, by the first of RULES that fits, which looks
nothing up itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Literal, NamedTuple

from bot.ask import quantities
from bot.ask.lexing import asks_of_sheets, in_japanese
from bot.ask.question import HERE, WHOLE, Request, has_cue, read
from bot.ask.terms import pieces, terms
from bot.context import Surface
from store.index.catalog import Catalog, Entry
from store.index.snapshot import once
from store.index.tuning import TUNING
from store.records import Query
from store.search.query import filters_in, parse
from store.text import asking, lazily
from store.text.courtesies import courtesy, in_plain_words, may_be_of_projects, may_call_for_help
from store.text.morphology import tokenize, units, words
from store.text.normalize import alnum_key, nfkc, one_space
from store.text.numbers import number_key

Kind = Literal["command", "search", "question", "talk"]
Names = Callable[[], Catalog]

CONVERSATIONS = ("mention", "dm", "ask")


_SPACES = lazily(r"[\s\u200b\ufeff]+")
_PLAIN = lazily("[一-龥々ァ-ヺー]{2,20}(?:[ 　][一-龥々ァ-ヺー]{2,20})*")
_ABOUT = lazily("の件[でをは]?$")
_LATIN = lazily("[A-Za-z]{2} ")
_KANA = lazily("[ぁ-ん]")
_TWO_LATIN = lazily("[A-Za-z] [A-Za-z]")
_OF_AN_OFFICE = lazily(
    rf"[一-龥ァ-ヺー]{{2,10}}(?<!賦)課の{asking.WORK}$"
)  # 水道課の事業, of which there is none
_LISTED = lazily("一覧|リスト|列挙|全部|全て")
_PLEA_AT_END = lazily(rf"(?:{asking.PLEASE})[。!！\s]*$")

# Where none of these stands, no intent finds the words that ask.
_SIGNS_OF_ASKING = (
    asking.CHANGES, asking.COMPARE, asking.SUMMARY, asking.COUNT, asking.FIELD, quantities.SIGN, asking.LIST,
    asking.ASKS, asking.TELL,
)  # fmt: skip


class Command(NamedTuple):
    """What a first word does: runs a handler, or makes the rest words to look for or a question."""

    does: str
    template: str = "{}"  # what the rest becomes
    alone: str = ""  # and what it is where there is no rest


_USAGE, _SEARCH, _ASK = Command("usage"), Command("search"), Command("question")
_SUMMARY = Command("question", "{}をまとめて", "このチャンネルの課をまとめて")
_SIMILAR = Command("similar")
COMMANDS: Mapping[str, Command] = {
    **dict.fromkeys(("使い方", "ヘルプ", "help", "?"), _USAGE),
    **dict.fromkeys(("検索", "さがす", "探す", "search"), _SEARCH),
    **dict.fromkeys(("質問", "ask"), _ASK),
    **dict.fromkeys(("まとめ", "要約"), _SUMMARY),
    **dict.fromkeys(("似ている", "似ている事業", "似た事業", "類似", "類似事業"), _SIMILAR),
    **dict.fromkeys(("締切", "締め切り", "〆切"), Command("deadline")),
    "提出": Command("report"),
    **dict.fromkeys(("差戻し", "差し戻し"), Command("send_back")),
    "延長": Command("extend"),
    "進捗": Command("progress"),
    "設定": Command("settings"),
    "休暇": Command("absence"),
    "取消": Command("undo"),
    "履歴": Command("history"),
    "督促": Command("send_now"),
}
"""First words, folded (NFKC, lower case), and what they do."""


class Decision(NamedTuple):
    """What a text is and what is to be done with it.

    `text` is what to run: without the command's word, as a command's template puts it, or without courtesies.
    `raw` is the same stretch as Slack sent it. A question that is not `certain` is one only if the records
    have a sure answer; else `words` are searched for. One that `goes_on` is of what was shown before.
    Words `in_talk` that nothing is found for are asked about. `wants` is the kind of answer that a question
    wants, where that was read to decide.
    `query` is `words` as the grammar of searches reads them, where that was worked out to decide. `is_cut`
    where more was typed than is read; `reason` is the rule that decided.
    """

    kind: Kind
    text: str
    command: str = ""
    raw: str = ""
    words: str = ""
    certain: bool = True
    goes_on: bool = False
    is_cut: bool = False
    wants: str = ""
    in_talk: bool = False
    query: Query | None = None
    reason: str = ""

    @property
    def note(self) -> str:
        """What people are told where not all that they typed was read; '' where it was."""
        return f"長いため、はじめの{TUNING.reading.characters:,}文字でお調べしました。" if self.is_cut else ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a text asks for: the kind of answer, whether it says of what, whether only to be told of it.

    It `may_be_words` where it is words side by side that name no one thing (サービス 効果), and is not
    `plain` where what is asked for does not stand last among such (成果 様式).
    """

    kind: str
    of_something: bool = True
    is_to_be_told: bool = False
    may_be_words: bool = False
    is_plain: bool = True


def is_bare(text: str) -> bool:
    """Whether a text is nouns side by side, without a particle or a sentence (EBPM 成果, まちづくり 目標)."""
    if _TWO_LATIN.search(text):
        return False
    return not _KANA.search(text) or all(
        word.noun for piece in text.split() for unit in units(piece) for word in unit.words
    )


def _may_be_words(request: Request, held: Catalog) -> bool:
    """Whether nouns side by side may be words to look for: a field, a figure, and of what is not said.

    Said are an office, a year, a project by its number, one by its name; 申請件数 says what is counted.
    """
    if request.kind not in ("field", "figure") or not request.terms:
        return False
    if request.named or request.offices or request.years or request.unknown_numbers:
        return False
    if request.figure and request.figure.span[0] > asking.core(request.question).rfind(" ") + 1:
        return False
    if all(held.of_number(term) for term in request.terms):
        return False
    keys = [alnum_key(term) for term in request.terms]
    named = (held.by_name[name] for name in held.names.with_all(keys))
    return len({entry.number for entries in named for entry in entries}) != 1


def _asks_plainly(request: Request) -> bool:
    """Whether words side by side ask: what is asked for stands last, a list is called one.

    EBPM 成果 may ask for the outcome; 成果 様式 and シティ 事業 are words to look for.
    """
    core = asking.core(request.question)
    if asking.ASKS.search(core):
        return True
    match request.kind:
        case "list":
            return not request.terms or bool(_LISTED.search(core))
        case "field" if cue := asking.field_cue(core):
            return cue.span[1] == len(core)
        case "figure" if request.figure:
            return request.figure.span[0] > core.rfind(" ")
    return True


def wanted(text: str, held: Catalog) -> Wanted | None:
    """What a text that may ask asks for; None where it only names or tells something."""
    question = one_space(in_japanese(text) if _LATIN.search(text) else text)
    if asking.OFFICES.fullmatch(asking.core(question)):
        return Wanted("list")
    if asks_of_sheets(question, held):
        return Wanted("help")
    request = read(HERE.sub("", question), held)
    is_nouns = is_bare(text)
    if request.kind == "topic":
        return None
    is_plain = not is_nouns or _asks_plainly(request)
    named = request.named or request.offices or request.years or request.terms or request.unknown_numbers
    is_told = request.kind == "field" and request.fields == WHOLE
    may_be_words = is_nouns and _may_be_words(request, held)
    of_something = bool(named) or bool(HERE.search(question))
    return Wanted(request.kind, of_something, is_told, may_be_words, is_plain)


@dataclass(eq=False)
class Typed:
    """A text on a surface; `names`, and whether something was shown there before, are read when needed.

    `limit` is how many hits a search of it is to list.
    """

    text: str
    raw: str
    surface: Surface
    read_names: Names
    was_shown: Callable[[], bool]
    asks_of_columns: Callable[[str], bool]
    limit: int

    @once
    def names(self) -> Catalog:
        """What the lists call things."""
        return self.read_names()

    @once
    def query(self) -> Query:
        """The text as the grammar of searches reads it."""
        return parse(self.text, limit=self.limit)

    @once
    def wanted(self) -> Wanted | None:
        """What the text asks for. The dearest of these: last to be asked for."""
        return wanted(self.plain, self.names) if self.may_ask else None

    @once
    def in_one_line(self) -> str:
        """The beginning of the text in NFKC, with single spaces."""
        return one_space(self.text)

    @once
    def plain(self) -> str:
        """The text as typed, in plain words where it has others: what it asks is read in these."""
        plain = in_plain_words(self.in_one_line)
        return self.text if plain == self.in_one_line else plain

    @once
    def core(self) -> str:
        """The beginning without courtesies and punctuation at its ends."""
        return asking.core(self.in_one_line)

    @once
    def may_ask(self) -> bool:
        """Whether it has anything that questions have: more than nouns side by side, or words that ask."""
        text, core = self.in_one_line, self.core
        if (_KANA.search(text) or _TWO_LATIN.search(text)) and not is_bare(text):
            return True
        texts = (text,) if text == core else (text, core)
        has_sign = any(sign.search(each) for each in texts for sign in _SIGNS_OF_ASKING)
        return has_sign and has_cue(text, core)

    @once
    def bare(self) -> str:
        """The text without the courtesies at its end (について教えて, お願いします)."""
        return without_courtesies(self.plain)


def decide(
    text: str,
    surface: Surface,
    names: Names,
    *,
    raw: str | None = None,
    was_shown: Callable[[], bool] = lambda: False,
    asks_of_columns: Callable[[str], bool] = lambda _: False,
    limit: int = 10,
) -> Decision:
    """The decision of the first rule that fits.

    `asks_of_columns` tells whether a text asks of what the columns of the lists say.
    `raw` is the text with Slack's escapes still in it; `was_shown` tells whether a conversation goes on here,
    `limit` how many hits a search is to list.
    Of both texts no more is read than `TUNING.reading.characters`: the one cap for every surface.
    """
    raw, read_text = text if raw is None else raw, as_read(text)
    is_cut = len(read_text) < len(text)
    read = read_text, as_read(raw) if is_cut else raw
    typed = Typed(*read, surface, names, was_shown, asks_of_columns, limit)
    for reason, rule in RULES:
        if decision := rule(typed):
            raw, words = decision.raw or typed.raw, decision.words or decision.text
            query = typed.query if decision.kind == "search" and words == typed.text else None
            in_talk = decision.in_talk or (decision.kind == "question" and surface in CONVERSATIONS)
            return decision._replace(
                raw=raw, words=words, in_talk=in_talk, query=query, is_cut=is_cut, reason=reason
            )
    raise AssertionError("the last rule takes anything")


def as_read(text: str) -> str:
    """What is read of a text: as much as there may be of one, in NFKC too, which makes 18 letters of ﷺ."""
    most = TUNING.reading.characters
    text = text[:most]
    if len(nfkc(text)) <= most:
        return text
    lengths = accumulate(len(nfkc(letter)) for letter in text)
    return text[: sum(length <= most for length in lengths)]


def as_before(kind: str, text: str) -> Decision | None:
    """What was decided of a text when it was typed, for it to run again so; None where that wasn't kept."""
    match kind:
        case "search" | "question":
            return Decision(kind, text, raw=text, words=text, reason="it was that before")
    return None


def first_word(text: str) -> tuple[str, str]:
    """The first word, folded (NFKC, lower case) for comparing, and the rest as it was."""
    word, *rest = _SPACES.split(text.strip(), maxsplit=1)
    return nfkc(word).lower(), rest[0] if rest else ""


def without_courtesies(text: str) -> str:
    """A text without the courtesies at its end (について教えて, お願いします); itself if nothing is left."""
    return _ABOUT.sub("", asking.TELL.sub("", asking.core(" ".join(text.split())))).strip() or text


def named(text: str, names: Catalog) -> list[Entry]:
    """The projects of this number or name, or else with it in their names, each in its latest year."""
    if found := names.of_number(text):
        return list(found[:1])
    key = alnum_key(text)
    exact = names.by_name.get(key, ())[:1]
    within = exact or (entry for entry in names.entries if key and key in alnum_key(entry.name))
    latest: dict[str, Entry] = {}
    for entry in within:  # newest year first
        latest.setdefault(number_key(entry.number), entry)
    return list(latest.values())


def _nothing(typed: Typed) -> Decision | None:
    return None if typed.text else Decision("command", "", command="usage")


def _command(typed: Typed) -> Decision | None:
    word, rest = first_word(typed.text)
    command = COMMANDS.get(word)
    if command is None or (command is _SIMILAR and rest and not _names_any(rest, typed.names)):
        return None
    if command is _SIMILAR and not rest and typed.was_shown():
        return None  # 似ている事業, of what was shown
    raw = first_word(typed.raw)[1]
    put = command.template.format(rest) if rest else command.alone
    if not put and command in (_SEARCH, _ASK):
        return Decision("command", "", command="usage")
    if command.does in ("search", "question"):
        return Decision("search" if command.does == "search" else "question", put, raw=raw)
    return Decision("command", rest, command=command.does, raw=raw)


def _form(typed: Typed) -> Decision | None:
    return Decision("search", typed.text) if typed.surface == "modal" else None


def _plain(typed: Typed) -> Decision | None:
    """Words in kanji and katakana of which none says anything to the rules below: decided word by word.

    That is most of what is looked for, and the rules below would look at all of it for nothing.
    """
    if not (_PLAIN.fullmatch(typed.text) and all(map(_is_plain, typed.text.split()))):
        return None
    return None if typed.asks_of_columns(typed.text) else _words(typed)


@lru_cache(maxsize=8_192)
def _is_plain(word: str) -> bool:
    asks = any(sign.search(word) for sign in _SIGNS_OF_ASKING) or asking.goes_on(word, word)
    return not (asks or courtesy(word) or may_call_for_help(word))


def _message(typed: Typed) -> Decision | None:
    """Somebody's message that is pointed at: the projects that it names, else its telling words."""
    if typed.surface != "shortcut":
        return None
    if courtesy(typed.text):
        return Decision("talk", typed.text)
    named = [f'"{each.name}"' for each in typed.names.mentions(typed.text) if each.kind == "project"]
    words = " OR ".join(named) or " ".join(pieces(terms(typed.text)[0]))
    return Decision("search", typed.text, words=words) if words else Decision("talk", typed.text)


def _follow_up(typed: Typed) -> Decision | None:
    does = asking.goes_on(typed.in_one_line, typed.core)
    asks_of_it = typed.wanted and typed.wanted.is_plain and not typed.wanted.of_something
    if not (does or asks_of_it):
        return None
    goes = typed.was_shown() or (typed.surface in CONVERSATIONS and asking.is_alone(typed.core))
    return Decision("question", typed.text, goes_on=True) if goes else None


def _talk(typed: Typed) -> Decision | None:
    said = courtesy(typed.text)
    if said is None or (said == "help" and typed.was_shown() and may_be_of_projects(typed.text)):
        return None
    # 便利 and 手引き are words to look for, where one looks for words; ありがとう is nowhere.
    may_be_looked_for = said not in ("thanks", "greeting") and typed.surface not in CONVERSATIONS
    parts = words(typed.text) if may_be_looked_for else ()
    is_noun = len(parts) == 1 and parts[0].noun and not asking.ends_asking(typed.text)
    return None if is_noun else Decision("talk", typed.text)


def _operators(typed: Typed) -> Decision | None:
    if asking.condition(typed.plain):
        return None  # 「実施できなかった」と書いてある事業
    query = typed.query
    used = query.phrases or query.excluded or query.alternatives or filters_in(typed.text)
    return Decision("search", typed.text) if used else None


def _number(typed: Typed) -> Decision | None:
    query = typed.query
    has_number = query.numbers or query.number_range or query.terms
    is_number = (
        has_number and all(map(str.isdecimal, query.terms)) and not (query.fiscal_years or query.in_full)
    )
    return Decision("search", typed.text) if is_number else None


def _name(typed: Typed) -> Decision | None:
    if not typed.may_ask:
        return None
    key = alnum_key(typed.text)
    is_name = key in typed.names.by_name or key in typed.names.offices
    return Decision("search", typed.text) if is_name else None


def _columns(typed: Typed) -> Decision | None:
    """決算の多い順に5件, 資料館 予算: of what the lists say in their columns."""
    if not typed.asks_of_columns(typed.text):
        return None
    certain = typed.surface in CONVERSATIONS or asking.ends_asking(typed.text)
    return Decision("question", typed.text, words=typed.bare, certain=certain)


def _side_by_side(typed: Typed) -> Decision | None:
    return _words(typed) if typed.wanted and not typed.wanted.is_plain else None


def _asks(typed: Typed) -> Decision | None:
    wanted = typed.wanted
    if wanted is None:
        return None
    asks = asking.asks(typed.plain, in_talk=typed.surface in CONVERSATIONS) or wanted.kind == "changes"
    certain = (asks and not wanted.is_to_be_told) or bool(_OF_AN_OFFICE.match(typed.core))
    is_looked_for = wanted.may_be_words and typed.surface not in CONVERSATIONS
    if not certain and (is_looked_for or not wanted.of_something):
        return None
    return Decision("question", typed.text, words=typed.bare, certain=certain, wants=wanted.kind)


def _ends_asking(typed: Typed) -> Decision | None:
    by_word = typed.surface in CONVERSATIONS and asking.asks(typed.plain, in_talk=True)
    if not (by_word or asking.ends_asking(typed.plain)):
        return None
    is_plea = typed.bare != typed.text and _PLEA_AT_END.search(typed.text)
    return Decision("search", typed.bare) if is_plea else Decision("question", typed.text, words=typed.bare)


def _phrase(typed: Typed) -> Decision | None:
    """ネット投票やった学校: in a conversation, what tells of something by a verb may ask for it."""
    if typed.surface not in CONVERSATIONS or not typed.may_ask:
        return None
    kinds = [token.word.kind for token in tokenize(typed.in_one_line)]
    tells = "動詞" in kinds and kinds[-1] in ("名詞", "接尾辞", "形容詞", "代名詞") and len(kinds) > 2
    return (
        Decision("question", typed.text, words=typed.bare, certain=False, wants="sentence") if tells else None
    )


def _words(typed: Typed) -> Decision:
    return Decision("search", typed.text, in_talk=typed.surface in CONVERSATIONS)


def _names_any(text: str, names: Catalog) -> bool:
    """Whether projects are named, by a number that may be of none; 団体 比較 names none."""
    return text.isdecimal() or bool(named(text, names))


Rule = Callable[[Typed], Decision | None]
RULES: tuple[tuple[str, Rule], ...] = (
    ("the form asks for words to look for", _form),
    ("it is a message, of which what is related is looked for", _message),
    ("nothing was typed", _nothing),
    ("it begins with a command's word", _command),
    ("it is nouns that ask for nothing", _plain),
    ("it goes on with what was shown", _follow_up),
    ("it says something polite and asks for nothing", _talk),
    ("it has a filter or another sign of the search grammar", _operators),
    ("it is a number and nothing else", _number),
    ("it is a name and nothing else", _name),
    ("it asks of columns of the lists", _columns),
    ("it is words side by side that ask for nothing", _side_by_side),
    ("it asks for something that answers give", _asks),
    ("it ends as questions do, or has a word that asks", _ends_asking),
    ("it tells of something by a verb", _phrase),
    ("it is words", _words),
)
"""The only place that decides, in order of precedence: a reason that people can read, and the rule."""
