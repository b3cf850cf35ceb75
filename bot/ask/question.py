"""Reading a question: which kind of answer it wants, about which records. Pure given the catalog of names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal, cast

from bot.ask.checks import role_of, why_it_happened
from bot.ask.lexing import are_compared, asks_of_sheets, lex, masked, office_in_kana
from bot.ask.matching import denied
from bot.ask.quantities import MONEY, asked_figure, figures, figures_asked_apart
from bot.ask.quantities import Asked as Figure
from bot.ask.terms import BEARING, EVENTS, LIGHT, RELATIONS, carries_out, is_light, is_of_office, names, terms
from store.index.tuning import TUNING
from store.text import asking, lazily
from store.text.asking import MASK
from store.text.courtesies import courtesy, may_be_of_projects
from store.text.morphology import tokenize
from store.text.normalize import nfkc, one_space
from store.text.numbers import without_years, years_in_short, years_mentioned

if TYPE_CHECKING:
    from store.index.catalog import Catalog, Entry, NamedOffice
    from store.talk.conversations import Turn

Kind = Literal[
    "which", "field", "figure", "count", "list", "summary", "compare", "changes", "topic", "sentence"
]

WHOLE = ("purpose", "overview", "outcome")  # of a project that one asks to be told of


@dataclass(frozen=True)
class Request:
    """A question as read.

    `named` are the projects named outright, one group a name or number; `terms` what is left to search for,
    `light` words too general for that, `counted` those of them that a figure counts, `topic` the same stretch
    as typed. `years` are loaded ones only: another year stays a word of the topic, and is in `other_years`
    where it says whose list is asked for (令和9年度の事業), not what a record speaks of (令和9年度まで).
    `cue` are the words by which it asks, `but` the offices whose projects a list leaves out, `said_in` the
    sentence that its thread told last.
    """

    question: str
    kind: Kind
    fields: tuple[str, ...] = ()
    figure: Figure | None = None
    named: tuple[tuple[Entry, ...], ...] = ()
    unknown_numbers: tuple[str, ...] = ()
    offices: tuple[NamedOffice, ...] = ()
    but: tuple[NamedOffice, ...] = ()
    years: tuple[int, ...] = ()
    other_years: tuple[int, ...] = ()
    topic: str = ""
    terms: tuple[str, ...] = ()
    light: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()
    cue: str = ""
    said_in: str = ""


_NOTHING_NAMED = Request("", "topic")
HERE = lazily(
    r"(?:この|当)チャンネルの(?:担当)?(?:課|室|部署)?|(?:うち|私|わたし|自分|私たち|我々)の(?:課|室|部署)|(?<![一-龥])当[課室]"
)


@dataclass(frozen=True, slots=True)
class UnclearOffice:
    """この課 as `pointed` at, where nothing tells which: the offices of its `kind` that it may be."""

    pointed: str
    kind: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """A question as typed, with what is known where it is asked: the names loaded, what was shown before.

    `text` has its names masked, `core` no courtesies either; `named` is the request as far as it has names.
    `unclear` is この課 where nothing tells which that is. One that `is_reread` has words of the records for
    those typed. `put_in` puts what a thread showed into a request, or leaves it the same.
    """

    text: str
    core: str
    named: Request
    typed: str = ""
    held: Catalog | None = None
    last: Turn | None = None
    unclear: UnclearOffice | None = None
    is_reread: bool = False
    put_in: Callable[[Request], Request] = lambda request: request

    @cached_property
    def typed_core(self) -> str:
        """What was typed without courtesies, names and all."""
        return asking.core(one_space(self.typed))

    @cached_property
    def request(self) -> Request:
        """What it asks of the records, by the first of the intents that are of them."""
        return _with_kind(self)

    @cached_property
    def meant(self) -> Request:
        """The same with what its thread showed put in; the very `request` where the thread adds nothing."""
        return self.put_in(self.request)

    @property
    def is_of_thread(self) -> bool:
        """Whether it asks of what was shown: by a pronoun, a place in the list, or by naming nothing."""
        return self.last is not None and (
            self.meant is not self.request or (lacks_subject(self.request) and bool(self.last.listed))
        )

    @property
    def stands_alone(self) -> bool:
        """Whether it could be asked where nothing was shown: it says of what, and points at nothing.

        Of a project that was shown いつ策定する asks too.
        """
        points = asking.PRONOUN.match(one_space(self.typed))
        is_of_shown = self.last and self.last.topic and not says_of_what(self.request)
        return bool(self.request.terms and not (points or is_of_shown or lacks_subject(self.request)))

    @cached_property
    def sides(self) -> tuple[str, ...]:
        """The two things that it names side by side, in its order; none where they are not two."""
        sides = _sides(self.typed, self.held) if self.held else ()
        if not any(map(asking.ORDINAL.fullmatch, sides)):
            return sides
        placed = [BY_NUMBER.format(group[0].number) for group in self.meant.named]  # 2番目と3番目
        return tuple(placed) if len(placed) == len(sides) else ()

    @cached_property
    def cue(self) -> asking.FieldCue | None:
        """The words that ask for a field."""
        return asking.field_cue(self.core)

    @cached_property
    def figure(self) -> Figure | None:
        """The words that ask for a figure."""
        return asked_figure(self.core)

    @cached_property
    def listing(self) -> re.Match[str] | None:
        """The words that ask for a list; 作ったやつ asks for none behind 誰に or いつ."""
        found = asking.LIST.search(self.core)
        if found is None or role_of(self.core[found.end() :]):
            return None
        before = self.core[: found.start()]
        is_other = self.figure or role_of(before) or _ASKS_WHAT.search(before) or _IS_SO.search(self.typed)
        is_weak = found[0] in _ANY_THING and is_other
        return None if is_weak else found


def has_cue(question: str, core: str) -> bool:
    """Whether a text has words that ask, though they may be of a name: what has none asks for nothing."""
    return _intent(Asked(question, core, _NOTHING_NAMED))[0] != "topic"


def read(question: str, held: Catalog) -> Request:
    """Read a question (its first `TUNING.reading.characters`) against the names that are loaded."""
    return asked_of(question, held).request


def asked_of(
    question: str, held: Catalog, *, last: Turn | None = None, unclear: UnclearOffice | None = None
) -> Asked:
    """A question with what it names; `last` is what its thread last showed."""
    typed = asking.without_preface(one_space(question))[: TUNING.reading.characters]
    spans = lex(typed, held)
    of_years = tuple(dict.fromkeys(span.year for span in spans if span.kind == "year"))
    years = tuple(year for year in of_years if year in held.years)
    numbers = [number for span in spans for number in span.numbers]
    offices = tuple(dict.fromkeys(office for span in spans for office in span.offices))
    named = (
        *filter(None, map(held.of_number, numbers)),
        *(_of_name(span.project, held, years, offices) for span in spans if span.project),
    )
    text = masked(typed, spans, held.years)
    in_short = [span for span in years_in_short(text) if "年" not in text[span.start : span.end]]
    text = _YEAR_BEFORE_NOUN.sub(" ", text, 0) if in_short else text
    in_short = [span for span in years_in_short(text) if "年" not in text[span.start : span.end]]
    text = without_years(text, [span for span in in_short if (span.year,) == held.years])  # all are of it
    request = Request(
        text,
        "topic",
        named=named,
        unknown_numbers=tuple(number for number in numbers if not held.of_number(number)),
        offices=offices,
        years=years,
        other_years=tuple(year for year in of_years if year not in held.years),
    )
    return Asked(text, asking.core(asking.without_remark(text)), request, question, held, last, unclear)


_YEAR_BEFORE_NOUN = lazily("(?<=[RHrh][0-9])(?=[一-龥ァ-ヺ])(?![年度末初頭中間以前後比時現])")  # R4採択数


BY_NUMBER = "事業番号{}の事業"
_SIDE = rf"{MASK}|[^、。はがをにのでと?\s{MASK}]{{1,20}}?"
_SIDES = lazily(
    rf"(?:^|(?<=[。はがをにので\s]))(?P<one>{_SIDE})(?:の[^、。はがをと\s]{{1,10}})?"
    rf"(?:(?:と(?:は)?|や|か)(?P<two>{_SIDE})(?=[、。はがをにので?\s]|って|どっち|どちら|それぞれ|$)"
    rf"|、(?P<behind>{_SIDE})(?=[。はがをにので?\s]|、?(?:どっち|どちら|それぞれ)|$))"
)


def _sides(typed: str, held: Catalog) -> tuple[str, ...]:
    """What 前者 and 後者 mean behind a question: 77と93を比べて, 荒川区と郡山市ではどちらが先か."""
    text = one_space(typed)[: TUNING.reading.characters]
    spans = [span for span in lex(text, held) if span.kind in ("number", "project", "office")]
    bare = masked(text, spans, held.years)
    if (found := _SIDES.search(bare)) is None:
        return ()
    named = ([BY_NUMBER.format(n) for n in s.numbers] or [text[s.start : s.end]] for s in spans)
    called = iter([each for of_span in named for each in of_span][bare[: found.start()].count(MASK) :])
    sides = [found["one"], found["two"] or found["behind"]]
    if any(map(asking.ASKING_WORD.search, sides)):
        return ()  # 荒川区といつ協定を結んだ is of no いつ協定
    if not all(side == MASK or side.isdigit() or any(map(names, terms(side)[0])) for side in sides):
        return ()
    sides = [next(called) if side == MASK else side for side in sides]
    return tuple(BY_NUMBER.format(side) if side.isdigit() else side for side in sides)


def _of_name(
    name: str, held: Catalog, years: tuple[int, ...], offices: tuple[NamedOffice, ...]
) -> tuple[Entry, ...]:
    """The projects of a name, in the years asked for if there are any."""
    entries = held.of_name(name, offices)
    return tuple(entry for entry in entries if not years or entry.fiscal_year in years) or entries


# What is no word to look for, of a set of projects or of a topic summed up (コロナの影響のまとめ).
_GENERAL_WORDS: Mapping[Kind, frozenset[str]] = {"count": BEARING, "list": BEARING, "summary": RELATIONS}


def _with_kind(asked: Asked) -> Request:
    kind, wants = _intent(asked)
    request, core, held = asked.named, asked.core, asked.held
    assert held is not None  # noqa: S101 - only words that ask are read without names
    fields, figure, rest = wants.fields, wants.figure, wants.rest
    if kind in ("summary", "compare") and (cue := asking.field_cue(asking.core(rest))):
        rest = _without(asking.core(rest), cue.span)  # 企画経営課の成果をまとめて
        fields = cue.fields
    if kind == "summary":
        rest = asking.LENGTH.sub(" ", rest)
    topic = rest if kind == "which" else rest.replace(MASK, " ").strip()
    offices = request.offices
    is_set = kind in ("count", "list", "summary") or (figure and figure.counter == "件")
    may_be_office = is_set and not (request.named or offices)
    stem = _OFFICE_OF.match(topic) if may_be_office else None  # 情報政策の部署がやってるの
    is_office = stem and all(map(is_of_office, terms(topic[stem.end() :])[0]))
    of_stem = held.offices.by_stem(stem["stem"], begins=True) if stem and is_office else None
    if may_be_office and (office := of_stem or held.offices.by_stem(_OF_THEM.sub("", topic))):
        offices, topic = (office,), ""
    if figure:
        topic = _OF_THE_YEAR.sub(" ", topic)  # of the year of the record
    general = EVENTS if figure else _GENERAL_WORDS.get(kind, frozenset())
    found, light = terms(topic, light_words=LIGHT | general)
    if kind == "summary" and offices:
        found = tuple(filter(names, found))  # 簡単に, 短く
    if offices and all(is_of_office(term) or (figure and is_light(term)) for term in found):
        found, light = (), (*found, *light)  # a section that 持っている, やっている its projects
    if kind in ("count", "list") and _are_carried_out(request, core, found):
        found, light = (), (*found, *light)
    read_as = replace(
        request, kind=kind, fields=fields, figure=figure, offices=offices, topic=topic, cue=wants.cue
    )
    counted = _counted(core, figure) if figure else ()
    return _office_questions(of_named(replace(read_as, terms=found, light=light, counted=counted)), held)


def _are_carried_out(request: Request, core: str, found: tuple[str, ...]) -> bool:
    """Whether all that is said of projects is that they are carried out: 実施した, not 実施しなかった."""
    if not all(carries_out(term) and _is_done(request, term) for term in found):
        return False
    return bool(found) and not (denied(core) or asking.MENTIONED.search(core))


_OFFICE_OF = lazily(
    r"(?P<stem>[^、。はがをに\s]{2,})の(?:部署|部屋|課|室|係|ところ)(?:さん)?(?=[がのでは]|って|$)"
)
_OF_THEM = lazily(rf"(?:の?(?:{asking.WORK})?[のをはで]?|\s*(?:全部で|全|計|合計|総数?))$")


def of_named(request: Request) -> Request:
    """A figure of a project that is named is told by no general word: 何回開催した may be 4回実施した."""
    if not (request.figure and request.named and all(map(is_light, request.terms))):
        return request
    return replace(request, terms=(), light=(*request.terms, *request.light))


def _counted(core: str, figure: Figure) -> tuple[str, ...]:
    """The words that say what a figure counts: those after 何人, else the last before it."""
    start, end = figure.span
    after = re.split(r"[。、?？]", core[end:])[0]
    words, _ = terms(after, light_words=LIGHT | EVENTS)
    told = tuple(word for word in words if not is_light(word))
    return told or terms(core[:start])[0][-1:]


def _office_questions(request: Request, held: Catalog) -> Request:
    """A field of a section is its summary or its list, 何件 of one a count; a year alone is the list of it.

    A section with one project (a facility, say) is spoken of as that project.
    """
    names_nothing = not (request.named or request.terms or request.unknown_numbers)
    if request.years and names_nothing and not request.offices and request.kind == "topic":
        return replace(request, kind="list")
    is_of_more = request.named or (request.terms and request.kind != "compare") or request.kind == "which"
    if not request.offices or is_of_more:
        return request
    is_figure = request.figure is not None and request.figure.unit != "件"
    may_be_one = (
        request.kind == "compare" or is_figure or (request.kind == "field" and not _asks_what_it_has(request))
    )
    if may_be_one and (lone := _lone_projects(request, held)):
        return replace(request, named=lone, offices=())
    match request.kind:
        case "field" if set(request.fields) <= {"purpose", "outcome"}:
            return replace(request, kind="summary")
        case "field" | "topic" | "sentence":
            return replace(request, kind="list")
        case "figure" if asking.COUNT_OF_OFFICE.search(request.question):
            return replace(request, kind="count")
    return request


def _asks_what_it_has(request: Request) -> bool:
    """Whether 何をしている, 事業名 ask for the projects of a section; a facility is what it does."""
    is_section = any(office.name.endswith(("課", "室", "係", "局", "部")) for office in request.offices)
    return "name" in request.fields or (is_section and not set(request.fields) <= {"purpose", "outcome"})


def _lone_projects(request: Request, held: Catalog) -> tuple[tuple[Entry, ...], ...]:
    """The project of each office named, none unless each has just one."""
    sections = tuple(dict.fromkeys(office.name for office in request.offices if office.kind == "section"))
    found = tuple(
        tuple(e for e in held.entries if e.section == name and e.fiscal_year in (request.years or held.years))
        for name in sections
    )
    is_lone = len(sections) == len(request.offices) and all(len(entries) == 1 for entries in found)
    return found if is_lone else ()


@dataclass(frozen=True, slots=True)
class Wants:
    """What a question wants, by which words (`cue`), and what is left of it."""

    rest: str = ""
    fields: tuple[str, ...] = ()
    figure: Figure | None = None
    cue: str = ""


def _wants_changes(asked: Asked) -> Wants | None:
    typed = one_space(asked.typed)
    if are_compared(typed) and asking.COMPARE.search(typed):
        rest = asking.COMPARE.sub(" ", without_years(asked.text, years_mentioned(asked.text)))
        return Wants(asking.core(rest.replace(MASK, " ")))
    found = asking.CHANGES.search(asked.text)
    return Wants(asking.COMPARE.sub(" ", asking.CHANGES.sub(" ", asked.text))) if found else None


def _wants_which(asked: Asked) -> Wants | None:
    found = asking.WHICH.search(asked.core)
    if found and _is_of_two(asked, found):
        return Wants(asked.core, cue=found[0])
    most = asking.THE_MOST.search(asked.core) or asking.THE_MOST_COUNTED.search(asked.core)
    if most is None or asked.named.named or asked.named.offices:
        return None
    of_it = most.groupdict().get("of") or ""
    of = asking.ASKS.sub(" ", f"{asked.core[: most.start()]} {of_it} {asked.core[most.end() :]}")
    is_of_something = not all(map(is_light, terms(of)[0]))
    return Wants(of, cue=f"{asking.THE_ONE}{most['way']}") if is_of_something else None


def _is_of_two(asked: Asked, found: re.Match[str]) -> bool:
    """Whether which of two is asked for: どっち says so, 長いのは only behind AとB."""
    before = asked.core[: found.start()]
    return (
        "どっち" in found[0] or "どちら" in found[0] or bool(re.search(r".と[^、,\s]+(?:[、,\s]|で)", before))
    )


def _wants_comparison(asked: Asked) -> Wants | None:
    found = asking.COMPARE.search(asked.text)
    if not found or _sets_in_order(asked, found):
        return None
    return Wants(asked.core if re.search(asking.VERSUS, asked.core) else asking.COMPARE.split(asked.core)[0])


def _wants_summary(asked: Asked) -> Wants | None:
    found, role = asking.SUMMARY.search(asked.text), role_of(asked.core)
    is_known = asked.named.named or asked.named.offices or asked.named.unknown_numbers or asked.last
    if not (found or is_known) and asking.OF_A_TOPIC.fullmatch(asked.core):
        return Wants(asked.core)  # コロナの影響
    if not found or (role and role.name in ("どうやって", "なぜ")):
        return None
    return Wants(f"{asked.text[: found.start()]} {asking.untailed(asked.text[found.end() :])}")


def _wants_count(asked: Asked) -> Wants | None:
    found = asking.COUNT.search(asked.core)
    if figures_asked_apart(asked.core):
        return None  # 何件応募があって何件採択された
    if found is None and not asked.named.named and (given := asking.COUNT_GIVEN.search(asked.core)):
        return Wants(*_of_set(asked, given.span("given")))
    if _is_of_what_was_done(asked):
        return None
    if found is None:
        return _wants_noted(asked)
    if asked.figure and _counts_within(asked.named, asked.core, found):
        return None
    return Wants(*_of_set(asked, found.span()))


def _wants_noted(asked: Asked) -> Wants | None:
    """How many records say what stands before: SDGsって出てくるのは何個, where that is no project's name."""
    found = asking.COUNT_NOTED.search(asked.core)
    if found is None or asked.named.named:
        return None
    rest, fields = _of_set(asked, found.span("asks"))
    return Wants(rest, fields) if terms(rest)[0] else None


_DONE_TO = lazily(
    rf"(?:^|では?、?)(?:{asking.HOW_MANY}の?{asking.WORK}|何事業)を"
    r"(?:(?P<done>[一-龥ァ-ヺー]{2,})(?:を)?し|行い|行っ|や[っり])(?:まし)?た"
)


def _is_of_what_was_done(asked: Asked) -> bool:
    """Whether it is how many a project did something to, which its record counts: 何件の事業を評価しましたか.

    An office did what its projects are.
    """
    found = _DONE_TO.search(asked.text)
    if found is None or asked.named.offices or asked.named.named:
        return False
    told = terms(asked.text[: found.start()])[0]
    return any(not is_light(term) for term in (*told, *((found["done"],) if found["done"] else ())))


def _wants_field(asked: Asked) -> Wants | None:
    cue, figure, listing = asked.cue, asked.figure, asked.listing
    if cue and cue.fields == ("fiscal_year",) and figures(nfkc(asked.core[: cue.span[0]])):
        return None  # 583件は何年度: the year of a figure is not its project's
    if cue and cue.fields == ("department",) and figure and _COPIES.search(asked.core):
        return None  # 広報誌は何部: copies of it
    if cue and role_of(asked.core[slice(*cue.span)]) and why_it_happened(asked.core):
        return None  # なぜ減ったのか: a sentence tells that, and no purpose
    if cue and cue.fields == ("purpose",) and _OF_A_DEED.search(asked.core[: cue.span[0]]):
        return None  # サイトを増やした狙い: a sentence tells that
    if cue and cue.fields == ("name",) and _OF_A_BODY.search(asked.core[: cue.span[0]]):
        return None  # 協定を結んだ企業の名称 is no name of a project
    behind = role_of(asked.core[cue.span[1] :]) if cue and {*cue.fields} <= {*WHOLE} else None
    if behind and behind.name in ("どこで", "誰に", "誰から"):
        return None  # 結果はどこで見られる: a medium, and no outcome
    if not cue or (figure and figure.span[0] >= cue.span[1]) or (listing and listing.end() > cue.span[1]):
        return None
    return Wants(_without(asked.core, cue.span), cue.fields, cue=asked.core[slice(*cue.span)])


# Something done to something: (サイトを増やした)狙い, and no (事業を始めた)目的.
_OF_A_DEED = lazily(rf"(?<!{MASK})(?<![業度み策])を[^、。はがを]{{1,12}}[ただ]$")
_OF_A_BODY = lazily(
    "(?:企業|会社|事業者|団体|法人|大学|学校|組織|機構|機関|自治体|都市|協会|委員会|施設)(?:さん)?の?$"
)
# What is counted in copies, and what is done with it: 部 behind it is no department.
_COPIES = lazily(
    "版|[紙誌](?!幣)|冊子|新聞|パンフ|チラシ|ちらし|マップ|地図|カレンダー|報告書|だより|広報|発行|印刷|配[布っ付り]"
    "|刷[っりる]|部数"
)
_ASKS_WHAT = re.compile("(?:何|なん)の|どんな|どの")  # 何の提言をもらうとこ
_IS_SO = re.compile("(?:よね|でしょ|だろ)う?[?？。]*$")  # 部長が見るやつですよね
_ANY_THING = ("もの", "やつ", "とこ")


def _wants_figure(asked: Asked) -> Wants | None:
    core, figure, listing = asked.core, asked.figure, asked.listing
    role = role_of(core) if figure and "何" not in core else None
    if role and role.name in ("どうやって", "なぜ"):
        return None  # 回収率はどうやって上げる: a sentence tells that, and no number
    if not figure or (listing and figure.span[1] <= listing.start() and "?" not in core[figure.span[1] :]):
        return None
    rest = _without(core, figure.span)
    for given in figure.given:
        rest = rest.replace(given, " ")  # it is to be confirmed, and no word of the records
    return Wants(rest, figure=figure)


_ENDS = re.compile(r"[。?？!！]|(?<=です|ます|るか|すか)[、,](?=[^、,。]*$)")
_WITHIN_YEAR = re.compile("^(?:中|内|の間)[にで、の]")
_SAID_OF_IT = re.compile(rf"{asking.WORK}(?:は|が)(?=[^、。]*(?:はず|だろう|でしょう|と思|ない)).*")


def _of_set(asked: Asked, cue: tuple[int, int]) -> tuple[str, tuple[str, ...]]:
    """What a question says of the projects that it counts or lists, less the words by which it asks.

    That is in the sentence with the cue, else before it: 事業は何件ですか。前の市には無かったので. Second are
    the fields in which it is to stand (成果に…と書いてある).
    """
    core = asked.core
    ends = [found.end() for found in _ENDS.finditer(core)]
    start = max((end for end in ends if end <= cue[0]), default=0)
    end = next((end for end in ends if end >= cue[1]), len(core))
    before = re.sub("って$", "", core[start : cue[0]])
    told = f"{before}{asking.HERE_ASKED}{asking.LIST_TAIL.sub('', core[cue[1] : end])}"
    if start and not (terms(_without_frame(told))[0] or MASK in told):
        told = f"{_SAID_OF_IT.sub(asking.HERE_ASKED, core[:start])} {told}"
    years = asked.held.years if asked.held else ()
    only = [span for span in years_mentioned(told) if (span.year,) == tuple(years)]
    if only:  # it says nothing: all are of it
        told = _WITHIN_YEAR.sub("", without_years(told, only[:1]))
    named = (found["field"] for found in asking.MENTIONED.finditer(told) if found["field"])
    cues = filter(None, map(asking.field_cue, (f"{name[:2]}は" for name in named)))
    return _without_frame(told), tuple(field for cue in cues for field in cue.fields)


def _without_frame(text: str) -> str:
    """A text without words that only say that records have what is meant: の話が出てくる, に触れている."""
    text = asking.LIST_FRAME.sub(" ", asking.MENTIONED.sub(" ", text))
    return text.replace(asking.HERE_ASKED, " ")


def _wants_list(asked: Asked) -> Wants | None:
    found = asked.listing
    if found is None or (found[0] in _ALL_OF_THEM and role_of(asked.core[found.end() :])):
        return None  # みんな集まったよね、会場どこ: of people, and who or where is asked
    return Wants(*_of_set(asked, found.span()))


_ALL_OF_THEM = ("みんな", "全部", "ぜんぶ", "すべて", "全て")


def _wants_sentence(asked: Asked) -> Wants | None:
    found = asking.ASKS.search(asked.core)
    return Wants(asking.ASKS.sub(" ", asked.core), cue=found[0]) if found else None


def _wants_to_be_told(asked: Asked) -> Wants | None:
    found = asking.TELL.search(asked.core)
    return Wants(_without(asked.core, found.span()), WHOLE, cue=found[0]) if found else None


def _wants_what_there_is(asked: Asked) -> Wants | None:
    return Wants(asked.core, WHOLE if asking.TOLD.search(asked.text) else ())


def lacks_subject(request: Request) -> bool:
    """Whether a question names nothing at all to speak of."""
    says_any = any(not is_light(term) for term in request.terms)
    names_any = request.named or request.offices or says_any or request.unknown_numbers
    return not names_any and request.kind not in ("topic", "count", "list")


def says_of_what(request: Request) -> bool:
    """Whether a question names what it asks of: いつ策定する only says what is done."""
    if request.named or request.offices or request.unknown_numbers or request.other_years:
        return True
    return any(not (is_light(term) or _is_done(request, term)) for term in request.terms)


def _is_done(request: Request, term: str) -> bool:
    """Whether a word is a verb of its question, or a noun that is one there: 策定 of いつ策定する."""
    if re.search(_DONE.format(re.escape(term)), request.question):
        return True
    return all(token.word.kind in _VERBAL for token in tokenize(term))


_DONE = "{}を?(?:す[るれ]|し(?:た|て|ま|な|よ|そ)|さ[れせ]|でき|出来)"
_VERBAL = frozenset(("動詞", "形容詞", "助動詞", "助詞"))


Stage = Literal["aside", "before", "thread", "records", "reread", "again"]


@dataclass(frozen=True, slots=True)
class Intent:
    """Something that a question may want; `reads` tells by its words whether it does. `told` names it.

    What one says `aside` ends it. Those `before` the records may answer, refuse, or pass a question on, as
    may those of the `thread`, whose refusal ends only what does not stand alone; the first of the `records`
    that reads it answers or refuses. What is refused is read `again`, or `reread` as another question: its
    answer has been looked at.
    """

    name: str
    told: str
    stage: Stage
    reads: Callable[[Asked], Wants | None]


def _if(condition: Callable[[Asked], object]) -> Callable[[Asked], Wants | None]:
    return lambda asked: Wants() if condition(asked) else None


def _in_thread(has: Callable[[Turn], object], pattern: str = "") -> Callable[[Asked], Wants | None]:
    """What goes on with a thread that has shown something; where there is a pattern, in these words."""

    def reads(asked: Asked) -> Wants | None:
        if asked.last is None or not has(asked.last):
            return None
        return Wants() if not pattern or re.fullmatch(pattern, asked.typed_core) else None

    return reads


def _is_of_one(last: Turn) -> bool:
    return bool(last.topic and not last.rest)


def _is_whole(last: Turn) -> bool:
    return bool(not last.rest and (last.topic or last.listed))


def _is_of_offices(request: Request) -> bool:
    """Whether only the projects of offices are asked for: 健幸づくり推進課の事業数 names no indicator."""
    is_all = request.kind in ("count", "list") and not (request.named or request.fields)
    is_all = is_all and not any(map(names, request.terms))  # 図書館で終わったのは
    return is_all and bool(request.offices)


def is_of_another_year(request: Request) -> bool:
    """Whether the list of a year is asked for that is not here."""
    is_other = request.other_years and not request.years
    return bool(is_other and request.kind not in ("figure", "changes", "which", "compare", "sentence"))


def _asks_figures(asked: Asked) -> bool:
    return asked.meant.kind == "figure" and bool(figures_asked_apart(asking.core(asked.meant.question)))


_ELLIPTIC = lazily(r"[^\s、。はがをの]{1,12}[はも][?]?")  # 応募は？, asked of what the thread speaks of

_ELLIPTIC_BEGINS = lazily(r"(?P<noun>[^\s、。はがをの]{1,12})(?:の(?:ほど|程度?|方|具合))?[はも]")


def _is_short(asked: Asked) -> bool:
    """Whether a question in a thread has a few words of its own and nothing that it names."""
    request = asked.request
    names_any = request.named or request.offices or request.other_years
    is_short = request.terms and not names_any and request.kind in ("field", "sentence", "topic")
    return bool(is_short and asked.last and not asked.is_of_thread)


def is_elliptic(asked: Asked) -> bool:
    """Whether a question in a thread is a noun and は alone (応募は？)."""
    return bool(_is_short(asked) and _ELLIPTIC.fullmatch(asked.request.question.strip()))


def is_of_a_noun(asked: Asked) -> bool:
    """Whether it is a noun, は, and nothing else that names a thing (評価は高かった？)."""
    if not _is_short(asked):
        return False
    nouns, begins = list(filter(names, asked.request.terms)), _ELLIPTIC_BEGINS.match(asked.core)
    return is_elliptic(asked) or bool(len(nouns) == 1 and begins and begins["noun"].endswith(nouns[0]))


def offices_within(asked: Asked) -> tuple[NamedOffice, ...] | None:
    """The department or body whose sections are asked for; none where it is those of no department."""
    found, named = asking.OFFICES_WITHIN.fullmatch(asked.core), asked.named
    if found is None or named.named or named.years or named.unknown_numbers:
        return None
    above = tuple(office for office in named.offices if office.kind != "section")
    return above if bool(above) == (found["of"] == MASK) else None


def asks_of_offices(asked: Asked) -> bool:
    """Whether which offices there are is asked for, or which sections one of them has."""
    return bool(asking.OFFICES.fullmatch(asked.typed_core)) or offices_within(asked) is not None


def _counts_projects(asked: Asked) -> bool:
    """Whether projects are asked for by how many there are, which no record says."""
    kind, figure = asked.request.kind, asked.request.figure
    is_count = kind == "figure" and figure is not None and figure.unit == "事業"
    return is_count and not (asked.request.named or _is_of_what_was_done(asked))


def _is_alone(asked: Asked) -> bool:
    """Whether a question does not go on with what was shown."""
    return asked.last is None or not asking.goes_on(one_space(asked.typed), asked.typed_core)


def _may_be_a_sentence(request: Request) -> bool:
    return request.kind in ("sentence", "topic", "field") and not request.other_years


def _may_have_its_figure(asked: Asked) -> bool:
    """Whether one sentence may give the figure asked for, though its words do not stand by it."""
    return asked.request.kind == "figure" and not asked.request.other_years


def _may_be_a_sentence_of_it(asked: Asked) -> bool:
    return asked.is_of_thread and _may_be_a_sentence(asked.meant)


_OTHER_ONE = f"{asking.NOT_THE_ONE.pattern}.*"
_OF_THE_YEAR = lazily("(?<![0-9一-龥])[1一]?年間?(?:に|で|の)(?!度|延べ|のべ)")
_THINGS = "[ぁ-ん]*(?:事業|もの|取組|取り組み)"
# What may have become of projects from one year's list to the next, and the words that ask for it.
LINEAGE: Mapping[str, re.Pattern[str]] = {
    "merged": lazily(f"統合(?:され|した|になった){_THINGS}"),
    "split": lazily(f"(?:分割され|分かれ){_THINGS}"),
    "number": lazily(f"番号が(?:変わ|変更){_THINGS}"),
    "name": lazily(f"(?:名前|名称|事業名)が(?:変わ|変更){_THINGS}"),
    "section": lazily(f"(?:課|所管|部署)が(?:変わ|変更){_THINGS}"),
    "new": lazily(
        f"新規の?事業|(?:新しく|新たに)(?:始ま|でき|加わ|入っ|追加){_THINGS}|新設され?た事業"
        "|(?:昨|前)年度?に?はなかった事業"
    ),
    "ended": lazily(
        "(?:なくなっ|無くなっ|終わっ|終了し|消え)(?:た|ている)事業|今年度?に?は(?:もう)?ない事業"
    ),
}


_WRITTEN = lazily("書い|書か(?:れ|な)|載っ|記載さ|記さ|触れ")


def _may_be_in_columns(asked: Asked) -> bool:
    """Whether a column may tell it: why and how, sentences do, unless a column is called so (評価理由は).

    That one of several words is written (道路か公園と書いてある) is of the texts, whatever columns say.
    """
    chosen = asking.condition(asked.typed)
    is_of_several = chosen and (len(chosen.parts) > 1 or any(part.or_words for part in chosen.parts))
    if is_of_several and _WRITTEN.search(asked.typed):
        return False
    told = asked.last.said if asked.last else ""
    if _AMOUNT_ALONE.fullmatch(asked.typed_core) and any(each.unit == MONEY for each in figures(told)):
        return False  # いくら, of the sentence that was just told
    role = role_of(asked.core)
    return not (role and role.name in ("なぜ", "どうやって")) or not asking.ASKS_BY_PRONOUN.search(asked.core)


_AMOUNT_ALONE = lazily("(?:それって?は?)?(?:いくら|何円|金額)(?:は|って|なの)?(?:です)?か?[?？]?")


def _may_be_an_indicator(asked: Asked) -> bool:
    return not _is_of_offices(asked.request) and _may_be_in_columns(asked)


def _asks_of_lineage(asked: Asked) -> bool:
    return any(pattern.search(asked.typed) for pattern in LINEAGE.values())


def _is_courtesy(asked: Asked) -> bool:
    """Whether a text asks nothing of the records; 手引きは is of the project that a thread shows."""
    said, shown = courtesy(asked.typed), asked.last and (asked.last.topic or asked.last.listed)
    return bool(said) and not (said == "help" and shown and may_be_of_projects(asked.typed))


INTENTS: tuple[Intent, ...] = (
    Intent("courtesy", "あいさつ・使い方", "aside", _if(_is_courtesy)),
    Intent("offices", "どんな課・部があるか", "aside", _if(asks_of_offices)),
    Intent("here", "このチャンネルの担当課", "aside", _if(lambda a: HERE.search(a.typed))),
    Intent("sheets", "評価シートの締切", "aside", _if(lambda a: a.held and asks_of_sheets(a.typed, a.held))),
    Intent("which office", "この課がどの課か", "aside", _if(lambda a: a.unclear)),
    Intent("unknown office", "一覧にない部署", "aside", _if(lambda a: office_in_kana(a.text))),
    Intent("beyond the list", "一覧にない順番", "aside", _in_thread(lambda last: last.listed or last.topic)),
    Intent("columns", "一覧の列の値", "aside", _if(_may_be_in_columns)),
    Intent("figures", "いくつかの数字", "aside", _if(_asks_figures)),
    Intent("indicator", "指標の値", "aside", _if(_may_be_an_indicator)),
    Intent("not worked out", "前の一覧の合計や差", "aside", _in_thread(lambda _: True)),
    Intent("lineage", "新しい・なくなった・変わった事業", "aside", _if(_asks_of_lineage)),
    Intent("condition", "言葉の有無", "aside", _if(lambda a: asking.condition(a.typed))),
    Intent("why", "前の回答の理由", "aside", _in_thread(lambda _: True, asking.WHY_ASKED.pattern)),
    Intent("in full", "まだ示していない欄", "aside", _in_thread(_is_whole, asking.IN_FULL.pattern)),
    Intent("more", "一覧の続き", "aside", _if(lambda a: asking.is_more(a.typed))),
    Intent("similar", "似ている事業", "aside", _in_thread(lambda last: last.topic, asking.SIMILAR.pattern)),
    Intent("year before", "別の年度の数字", "aside", _in_thread(lambda last: last.topic)),
    Intent("other of two", "二つのもう一方", "aside", _in_thread(_is_of_one, _OTHER_ONE)),
    Intent("of the list", "前の一覧のうち", "before", _in_thread(lambda last: last.listed or last.within)),
    Intent("place", "一覧の何番目か", "before", _in_thread(lambda _: True)),
    Intent("thread", "前に示した事業", "thread", _if(lambda a: a.is_of_thread)),
    Intent("thread's sentence", "前に示した事業の一文", "thread", _if(_may_be_a_sentence_of_it)),
    Intent("thread's words", "前に示した事業の言葉", "thread", _if(_is_short)),
    Intent("left out", "前に示した事業にない言葉", "before", _if(is_of_a_noun)),
    Intent("another year", "登録されていない年度", "before", _if(lambda a: is_of_another_year(a.request))),
    Intent("changes", "年度間の違い", "records", _wants_changes),
    Intent("which", "どちらが多いか・先か", "records", _wants_which),
    Intent("compare", "比較", "records", _wants_comparison),
    Intent("summary", "まとめ", "records", _wants_summary),
    Intent("count", "件数", "records", _wants_count),
    Intent("field", "欄の内容", "records", _wants_field),
    Intent("figure", "数字", "records", _wants_figure),
    Intent("list", "一覧", "records", _wants_list),
    Intent("sentence", "誰が・どこで・なぜ", "records", _wants_sentence),
    Intent("field", "事業の説明", "records", _wants_to_be_told),
    Intent("topic", "言葉や事業名", "records", _wants_what_there_is),
    Intent("in katakana", "かなをカタカナに直して", "again", _if(_is_alone)),
    Intent(
        "in the records' words",
        "記録にある言葉に直して",
        "reread",
        _if(lambda a: _is_alone(a) and not a.is_reread),
    ),
    Intent("counted", "事業の件数", "again", _if(_counts_projects)),
    Intent("passage", "すべてを満たす一文", "again", _if(lambda a: _may_be_a_sentence(a.request))),
    Intent("figure's sentence", "一文の数字", "again", _if(_may_have_its_figure)),
)  # fmt: skip
"""What a question may want, in order of precedence: nothing else decides."""


def _intent(asked: Asked) -> tuple[Kind, Wants]:
    """The kind of answer that the words of a question ask of the records."""
    return next(
        (cast(Kind, intent.name), wants)
        for intent in INTENTS
        if intent.stage == "records" and (wants := intent.reads(asked))
    )


def _sets_in_order(asked: Asked, found: re.Match[str]) -> bool:
    """Whether 並べて asks for a list of many and not for two things side by side."""
    named, offices = len(asked.named.named), len(asked.named.offices)
    if "並べ" not in found[0] or named > 1 or offices > 1:
        return False
    if offices and not named:
        return True
    before = asked.text[: found.start()]
    return bool(_OF_MANY.search(before)) or not re.search("[とや、・,].", before)


_OF_MANY = re.compile(rf"{asking.WORK}(?:を|は|、|って|が)?|担当|全部|ぜんぶ|すべて|全て|みんな|あれば")


def _counts_within(request: Request, core: str, found: re.Match[str]) -> bool:
    """Whether what is counted is in one project (Xの取組は何件), not the projects themselves."""
    if request.offices:
        return False
    return len(request.named) == 1 or (found[0].endswith("何事業") and bool(terms(core[: found.start()])[0]))


def _without(text: str, span: tuple[int, int]) -> str:
    """A text less what only asks; って before it would make the last word look like a verb (つくばって)."""
    before, after = text[: span[0]], text[span[1] :]
    return f"{re.sub('って$', '', before)} {after}" if span[0] < span[1] else text
