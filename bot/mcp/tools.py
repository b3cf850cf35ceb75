"""The tools that an assistant may call, with the official SDK; importing this loads it, which takes a moment.

A tool returns a typed value, bounded in size, and names the projects that it rests on. What goes wrong is
told in Japanese and English, with what to do instead: a model reads it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from mcp.server.mcpserver import Context as ToolContext
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import ToolAnnotations
from pydantic import BaseModel, Field

from bot.ask.columns.answering import asks_of_columns
from bot.ask.intents import changing
from bot.context import Context, SlackRequest
from bot.days.dates import DateError
from bot.deadlines.requests import RequestError, Words
from bot.deadlines.session import admit, session_of
from bot.deadlines.workflow import ChangeRefused
from bot.mcp import CALLER, MOST_BODY, Caller, Serving
from bot.messages.result_blocks import SHOWN_FIELDS, snippet
from bot.permissions import rule
from bot.slack.dispatch import Reply, as_result, reply
from bot.slack.router import as_read, decide
from bot.slack.server import MCP_PATH
from store import projects
from store.columns import catalog as column_catalog
from store.columns.values import Column
from store.database import Database
from store.records import Hit, Project
from store.search.related import kept_lineage
from store.text.display import display
from store.text.normalize import alnum_key
from store.text.numbers import fiscal_year_name

MOST_HITS, MOST_VALUES = 30, 100
LONGEST_TYPED = 1_000  # characters
LONGEST_FIELD, LONGEST_CELL, LONGEST_ANSWER = 4_000, 300, 12_000
MOST_COLUMNS, MOST_CHANGES, MOST_CITED = 60, 60, 50
SNIPPET = 120

LOCAL = Caller("local")

READ_ONLY = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
INSTRUCTIONS = (
    "市が公表している事務事業の一覧を、ことば・番号・担当課・列で調べます。答えは一覧の記載そのままで、必ず事業番号と"
    "年度（出典）が付きます。記載にないことは「分かりません」とお答えします。文章を作るときは出典を添えてください。\n"
    "Looks up a Japanese city's published list of administrative projects (事務事業) by words, number, "
    "section or column. Answers are verbatim from the records and cite project number and fiscal year; what "
    "no record says is said to be unknown. Ask in Japanese where you can. Quote the citations with what you "
    "write."
)


class ProjectRef(BaseModel):
    """Which project: `(fiscal_year, number)` names it."""

    fiscal_year: int = Field(description="年度（西暦）/ fiscal year, 2021 for 令和3年度")
    number: str = Field(description="事業番号 / project number, as listed")
    name: str = Field(description="事務事業名 / name")
    department: str = ""
    section: str = Field("", description="担当課 / section in charge")


class Citation(ProjectRef):
    """A project that an answer rests on, and which of its fields or columns are quoted."""

    fields: list[str] = Field(default_factory=list)
    source: str = Field("", description="出典のファイルと行 / published file and line")


class FoundProject(ProjectRef):
    """A project that a search found."""

    snippet: str = Field("", description="ことばのあるところ / verbatim text around the match")
    missing: list[str] = Field(
        default_factory=list, description="この事業にないことば / words it does not say"
    )


class SearchResults(BaseModel):
    """A page of what was found; `suggestions` are guesses (もしかして), no answers."""

    total: int
    is_at_least: bool = Field(False, description="total は下限 / total is a lower bound")
    projects: list[FoundProject]
    next_offset: int | None = Field(None, description="続きの offset / pass as offset for the next page")
    suggestions: list[str] = Field(default_factory=list)


class Cell(BaseModel):
    """A further column of a project."""

    heading: str
    text: str


class ProjectDetails(ProjectRef):
    """All that the list says of a project, verbatim."""

    purpose: str
    overview: str
    outcome: str
    columns: list[Cell]
    source: str
    other_years: list[int] = Field(
        default_factory=list, description="ほかの年度 / other years with this number"
    )
    shortened: list[str] = Field(default_factory=list, description="途中まで載せた欄 / fields cut for length")


class Answered(BaseModel):
    """An answer in the records' own words."""

    text: str
    kind: str
    confidence: Literal["sure", "unsure", "none"] = Field(
        description="none なら記載なし / none: the records do not say it; do not present it as an answer"
    )
    citations: list[Citation]
    pointers: list[ProjectRef] = Field(
        default_factory=list, description="近い事業（答えではない）/ near, no answer"
    )
    is_shortened: bool = False


class ListedColumn(BaseModel):
    """A column of a list."""

    heading: str
    fiscal_year: int
    kind: str
    unit: str = ""
    value_year: int | None = Field(None, description="この列が表す年度 / the year that it speaks of")


class Value(ProjectRef):
    """What a project has in a column; `number` is in the column's unit, None where none is read."""

    text: str
    value: float | None = None


class Values(BaseModel):
    """The columns there are, or the values of one of them."""

    columns: list[ListedColumn] = Field(default_factory=list)
    column: ListedColumn | None = None
    values: list[Value] = Field(default_factory=list)
    total: int = 0
    next_offset: int | None = None


class Difference(BaseModel):
    """What one field or column said then and says now; '' where it is new or gone."""

    field: str
    before: str
    after: str


class Compared(BaseModel):
    """One project in two years."""

    before: Citation
    after: Citation
    is_estimate: bool = Field(description="同じ事業と推定したもの / taken for the same project by likeness")
    changes: list[Difference]
    is_shortened: bool = False


class SectionDeadline(BaseModel):
    """How far a section is with its evaluation sheets in one round."""

    fiscal_year: int
    kind: str = Field(description="回 / round: 一次評価 …")
    department: str
    section: str
    due: str | None = Field(description="締切 / due date, ISO 8601")
    total: int
    done: int
    late: int


class Deadlines(BaseModel):
    """Deadlines of evaluation sheets (事務事業マネジメントシート)."""

    sections: list[SectionDeadline]
    is_shortened: bool = False


Typed = Annotated[str, Field(min_length=1, max_length=LONGEST_TYPED)]
Year = Annotated[
    int | None,
    Field(ge=1950, le=2200, description="年度（西暦）。省くと最新 / fiscal year; newest if omitted"),
]
Offset = Annotated[int, Field(ge=0, le=1_000_000)]
Result = TypeVar("Result")


def build(context: Context) -> MCPServer[Any]:
    """The server with its tools; each reads in a worker thread, from one version of the lists."""
    server: MCPServer[Any] = MCPServer(
        "jigyo", title="事務事業", instructions=INSTRUCTIONS, log_level="WARNING"
    )

    async def run(read: Callable[..., Result], *args: Any) -> Result:
        def reading() -> Result:
            db = context.databases.get()
            with db.reading():
                if not projects.count(db):
                    raise ToolError("一覧がまだ登録されていません。(No list has been loaded yet.)")
                return read(db, *args)

        context.metrics.add("jigyo_answers", "mcp", "found")
        return await asyncio.get_running_loop().run_in_executor(context.pool, reading)

    @server.tool(title="事業を探す", annotations=READ_ONLY, description=(
        "事務事業をことば・番号・担当課（課:企画経営課）・年度（年度:令和3年度）・列（予算>=1000万）で探します。\n"
        "Finds projects by words, number or filters. Use several short Japanese nouns, not a sentence."
    ))  # fmt: skip
    async def search_projects(
        query: Typed, limit: Annotated[int, Field(ge=1, le=MOST_HITS)] = 10, offset: Offset = 0
    ) -> SearchResults:
        return await run(search, query, limit, offset)

    @server.tool(title="事業の詳細", annotations=READ_ONLY, description=(
        "事業番号の事業を、目的・概要・成果とほかの列まで、一覧の記載のまま返します。\n"
        "Returns one project with all its fields and columns, verbatim."
    ))  # fmt: skip
    async def get_project(number: Typed, fiscal_year: Year = None) -> ProjectDetails:
        return await run(details, number, fiscal_year)

    @server.tool(title="事業について尋ねる", annotations=READ_ONLY, description=(
        "「ふるさと納税の成果は？」「決算の多い順に5件」のような質問に、一覧の文章のまま、出典を添えて答えます。\n"
        "Answers a question (best in Japanese) in the records' own words, with citations."
    ))  # fmt: skip
    async def ask_projects(question: Typed) -> Answered:
        return await run(ask, question, context.clock().date())

    @server.tool(title="まとめ", annotations=READ_ONLY, description=(
        "課・部・事業・ことば（「企画経営課」「ふるさと納税」）に当たる事業の成果と数字をまとめます。\n"
        "Summarizes the projects of a section, department, name or topic: a sentence of each, and figures."
    ))  # fmt: skip
    async def summarize(of: Typed) -> Answered:
        return await run(ask, f"{of}をまとめて")

    @server.tool(title="列の値", annotations=READ_ONLY, description=(
        "column を省くと列の見出しを、見出し（かその一部）を渡すと事業ごとの値を返します。\n"
        "Without `column`: the columns of the lists. With a heading or a part: each project's value in it."
    ))  # fmt: skip
    async def list_values(
        column: Annotated[str, Field(max_length=LONGEST_TYPED)] = "",
        fiscal_year: Year = None,
        section: Annotated[
            str, Field(max_length=LONGEST_TYPED, description="担当課 / only of this section")
        ] = "",
        limit: Annotated[int, Field(ge=1, le=MOST_VALUES)] = 50,
        offset: Offset = 0,
    ) -> Values:
        return await run(values, column, fiscal_year, section, limit, offset)

    @server.tool(title="年度の比較", annotations=READ_ONLY, description=(
        "一つの事業の二つの年度の記載を、文ごと・列ごとに比べます。番号や名前が変わった事業もたどります。\n"
        "Compares a project's record in two years, sentence by sentence; follows renumbered projects."
    ))  # fmt: skip
    async def compare_years(number: Typed, earlier: Year = None, later: Year = None) -> Compared:
        return await run(compared, number, earlier, later)

    @server.tool(title="評価シートの締切", annotations=READ_ONLY, description=(
        "評価シートの締切と課ごとの提出状況を返します。組織の方の Slack の身元か、そのトークンが要ります。\n"
        "Deadlines of evaluation sheets and how far each section is. Needs the identity of a member of the "
        "organisation: Slack's, or a token made for a user."
    ))  # fmt: skip
    async def list_deadlines(
        ctx: ToolContext[Any, Any],
        section: Annotated[str, Field(max_length=LONGEST_TYPED, description="課か部の名前 / section")] = "",
    ) -> Deadlines:
        work = asyncio.get_running_loop().run_in_executor
        return await work(context.patient, deadlines, context, caller_of(ctx), section)

    return server


def app(context: Context) -> Serving:
    """The server as an ASGI application: each request by itself, so that any process can answer it."""
    server = build(context)
    open_to_all = TransportSecuritySettings(enable_dns_rebinding_protection=False)  # a proxy names the host
    asgi = server.streamable_http_app(
        streamable_http_path=MCP_PATH, json_response=True, stateless_http=True,
        max_request_body_size=MOST_BODY, transport_security=open_to_all,
    )  # fmt: skip
    return asgi, server.session_manager.run()


def caller_of(ctx: ToolContext[Any, Any]) -> Caller:
    """Whose call it is: as the endpoint found, or whoever started the process where there is none."""
    request = ctx.request_context.request
    return LOCAL if request is None else request.scope[CALLER]


def search(db: Database, query: str, limit: int, offset: int) -> SearchResults:
    """A page of what is found by the words; for a question that it answers, the projects it rests on."""
    given = _replied(db, query, "search", limit=offset + limit)
    result = as_result(db, given, limit=offset + limit)
    hits = result.hits[offset:]
    more = result.total > offset + len(hits) and bool(hits)
    return SearchResults(
        total=result.total,
        is_at_least=result.at_least,
        projects=[_found(hit) for hit in hits],
        next_offset=offset + len(hits) if more else None,
        suggestions=[guess.text for guess in result.suggestions],
    )


def details(db: Database, number: str, fiscal_year: int | None) -> ProjectDetails:
    """One project, whole but for what is too long."""
    project = _project(db, number, fiscal_year)
    shortened: list[str] = []

    def cut(field: str, text: str, most: int) -> str:
        if len(text) > most:
            shortened.append(field)
        return text[:most]

    columns = [*project.other_columns.items()]
    if len(columns) > MOST_COLUMNS:
        shortened.append("columns")
    texts = {field: cut(field, getattr(project, field), LONGEST_FIELD) for field in SHOWN_FIELDS}
    entries = db.snapshot.catalog.of_number(project.number)
    return ProjectDetails(
        **_named(project),
        **texts,
        columns=[
            Cell(heading=heading, text=cut(heading, text, LONGEST_FIELD // 2))
            for heading, text in columns[:MOST_COLUMNS]
            if text.strip()
        ],
        source=_source(project),
        other_years=sorted({each.fiscal_year for each in entries} - {project.fiscal_year}),
        shortened=shortened,
    )


def ask(db: Database, question: str, today: date | None = None) -> Answered:
    """What a mention would get, in plain text, with what it rests on."""
    given = _replied(db, question, "ask", today=today)
    if given.answer is None:
        result = given.result
        hits = result.hits if result else ()
        text = "\n".join(f"・{hit.project.number} {display(hit.project.name)}" for hit in hits)
        told = f"ことばの検索で {result.total:,}件見つかりました。\n{text}" if result and hits else NOTHING
        cited = [_cited(hit.project, ()) for hit in hits[:MOST_CITED]]
        return Answered(text=told, kind="search", confidence="sure" if hits else "none", citations=cited)
    answer = given.answer
    is_known = answer.confidence != "none" and answer.kind != "none"
    keys = list(dict.fromkeys((*answer.shown, *answer.rest)))[:MOST_CITED]
    of = {key: project for key in keys if (project := projects.get(db, *key))}
    fields: dict[tuple[int, str], list[str]] = {key: [*names] for key, names in answer.quoted.items()}
    for key, heading in answer.cells:
        fields.setdefault(key, []).append(heading)
    below = [hit.project for hit in given.result.hits] if given.result else []
    near = below if is_known else [*of.values(), *below]
    return Answered(
        text=answer.text[:LONGEST_ANSWER],
        kind=answer.kind,
        confidence=answer.confidence,
        citations=[_cited(each, fields.get(key, ())) for key, each in of.items()] if is_known else [],
        pointers=[ProjectRef(**_named(each)) for each in near[:MOST_HITS]],
        is_shortened=len(answer.text) > LONGEST_ANSWER or len(answer.shown) + len(answer.rest) > MOST_CITED,
    )


NOTHING = "登録されている事業からは分かりません。(The records do not say it.)"


def values(
    db: Database, heading: str, fiscal_year: int | None, section: str, limit: int, offset: int
) -> Values:
    """The columns, or a page of the values of one."""
    columns = [each for each in column_catalog.columns(db, fiscal_year) if not each.role]
    if not columns:
        raise ToolError("この一覧には、項目のほかに列がありません。(The lists have no further columns.)")
    if not heading.strip():
        listed = [_listed(each) for each in columns]
        page = listed[offset : offset + limit]
        more = offset + len(page) < len(listed)
        return Values(columns=page, total=len(listed), next_offset=offset + len(page) if more else None)
    chosen = _column(columns, heading)
    among = _of_section(db, section) if section.strip() else None
    cells = [cell for cell in column_catalog.cells(db, [chosen.id], among) if cell.state != "empty"]
    shown = cells[offset : offset + limit]
    by_id = {project.id: project for project in projects.by_ids(db, [cell.project_id for cell in shown])}
    found = [
        Value(**_named(by_id[cell.project_id]), text=cell.text[:LONGEST_CELL], value=cell.number)
        for cell in shown
        if cell.project_id in by_id
    ]
    more = offset + len(shown) < len(cells)
    return Values(
        column=_listed(chosen),
        values=found,
        total=len(cells),
        next_offset=offset + len(shown) if more else None,
    )


def compared(db: Database, number: str, earlier: int | None, later: int | None) -> Compared:
    """What a project's record says otherwise in two years."""
    loaded = sorted(projects.fiscal_years(db))
    last = later or loaded[-1]
    first = earlier or max((year for year in loaded if year < last), default=0)
    if first not in loaded or last not in loaded or first >= last:
        there = "、".join(map(str, loaded))
        raise ToolError(
            f"比べられる二つの年度がありません。登録されている年度: {there}。"
            f"(Two loaded years, the earlier first, are needed; loaded are {there}.)"
        )
    meant = projects.find(db, number, fiscal_year=last) or projects.find(db, number, fiscal_year=first)
    if meant is None:
        raise _unknown(number)
    links = (each for each in kept_lineage(db, first, last).links if each.relation == "same")
    link = next((each for each in links if meant.key in (each.earlier.key, each.later.key)), None)
    if link is None:
        held, missing = meant.fiscal_year, last if meant.fiscal_year == first else first
        raise ToolError(
            f"事業番号 {meant.number} は {held} 年度だけにあり、{missing} 年度に同じ事業がありません。"
            f"(Only {held} has it; {missing} has no project that is the same.)"
        )
    then, now = link.earlier, link.later
    changes = [*_changes(then, now)]
    return Compared(
        before=_cited(then, ()), after=_cited(now, ()), is_estimate=link.is_estimate,
        changes=changes[:MOST_CHANGES], is_shortened=len(changes) > MOST_CHANGES,
    )  # fmt: skip


def _changes(then: Project, now: Project) -> Iterator[Difference]:
    for each in changing.compared(then, now).changed:
        yield Difference(
            field=each.field, before=each.before[:LONGEST_FIELD], after=each.after[:LONGEST_FIELD]
        )
    old, new = then.other_columns, now.other_columns
    for heading in dict.fromkeys((*new, *old)):
        before, after = (side.get(heading, "").strip() for side in (old, new))
        if before != after:
            yield Difference(field=heading, before=before[:LONGEST_CELL], after=after[:LONGEST_CELL])


def deadlines(context: Context, caller: Caller, place: str) -> Deadlines:
    """The rounds of every section, or of those of a place, if the caller may see them. Slack may be asked."""
    session = session_of(context)
    if caller.kind != "local":
        if not caller.user:
            raise ToolError(
                "評価シートのことは、どなたのお尋ねか分かるときだけお答えします。"
                "(Deadlines are told to members only: call through Slack, or with a token made with --user.)"
            )
        asking = SlackRequest("", user=caller.user, team=caller.team, surface="search")
        try:
            admit(asking, session, rule("command", "deadline"))
        except ChangeRefused as refused:
            raise ToolError(f"{refused} (This user may not see deadlines.)") from refused
    wanted = None
    if place.strip():
        try:
            wanted = Words(place).take_place(session.places)
        except (RequestError, DateError) as error:
            raise ToolError(str(error)) from error
        if wanted is None:
            names = "、".join(name or department for department, name in session.places[:MOST_HITS])
            raise ToolError(f"「{place}」という課や部はありません。(No such office. There are: {names})")
    found = []
    for workload in session.workloads:
        office = (workload.contacts.department, workload.contacts.section)
        if wanted and (wanted[0] not in ("", office[0]) or wanted[1] not in ("", office[1])):
            continue
        progress = workload.progress(session.calendar, session.today)
        due = workload.obligation.due.effective.isoformat() if workload.obligation else None
        found.append(
            SectionDeadline(
                fiscal_year=workload.fiscal_year, kind=workload.kind, department=office[0], section=office[1],
                due=due, total=progress.total, done=progress.done, late=progress.late,
            )
        )  # fmt: skip
    return Deadlines(sections=found[:MOST_VALUES], is_shortened=len(found) > MOST_VALUES)


def _replied(
    db: Database,
    text: str,
    surface: Literal["ask", "search"],
    *,
    limit: int = 10,
    today: date | None = None,
) -> Reply:
    """The reply to what was typed; a word of a command of Slack's is one to look for here."""
    decision = decide(
        text, surface, lambda: db.snapshot.catalog, asks_of_columns=lambda asked: asks_of_columns(db, asked)
    )
    if decision.kind == "command" or (decision.kind == "talk" and surface == "search"):
        decision = decision._replace(kind="search", text=as_read(text), words=as_read(text))
    return reply(db, decision, limit=limit, today=today)


def _project(db: Database, number: str, fiscal_year: int | None) -> Project:
    project = projects.find(db, number, fiscal_year=fiscal_year)
    if project is None:
        raise _unknown(number, fiscal_year)
    return project


def _unknown(number: str, fiscal_year: int | None = None) -> ToolError:
    where = f"{fiscal_year_name(fiscal_year)}に" if fiscal_year else ""
    return ToolError(
        f"事業番号 {number} は{where}登録されていません。search_projects で番号をお探しください。"
        f"(No project has the number {number}{f' in {fiscal_year}' if fiscal_year else ''}: "
        "find it with search_projects.)"
    )


def _column(columns: Sequence[Column], heading: str) -> Column:
    key = alnum_key(heading)
    exact = [each for each in columns if alnum_key(each.heading) == key]
    among = exact or [each for each in columns if key and key in alnum_key(each.heading)]
    if len(dict.fromkeys(each.heading for each in among)) == 1:
        return among[0]
    names = "、".join(dict.fromkeys(each.heading for each in (among or columns)[:MOST_COLUMNS]))
    what = "に当たる列がいくつもあります" if among else "という列はありません"
    raise ToolError(
        f"「{heading}」{what}。次のどれかをお選びください: {names}"
        f" ({'Several columns match' if among else 'No such column'}: pass one of these headings.)"
    )


def _of_section(db: Database, section: str) -> list[int]:
    catalog = db.snapshot.catalog
    offices = catalog.offices_named(section)
    if not offices:
        raise ToolError(
            f"「{section}」という課や部はありません。"
            "search_projects で「課:名前」をお試しください。(No such office.)"
        )
    return sorted(catalog.offices.ids(offices))


def _named(project: Project) -> Mapping[str, Any]:
    return {
        "fiscal_year": project.fiscal_year, "number": project.number, "name": display(project.name),
        "department": display(project.department), "section": display(project.section),
    }  # fmt: skip


def _cited(project: Project, fields: Sequence[str]) -> Citation:
    return Citation(**_named(project), fields=[*dict.fromkeys(fields)], source=_source(project))


def _source(project: Project) -> str:
    return f"{project.source_name} {project.source_line}行目"


def _found(hit: Hit) -> FoundProject:
    field = next((name for name in SHOWN_FIELDS if hit.highlights.get(name)), "")
    field = field or next((name for name in SHOWN_FIELDS if getattr(hit.project, name)), "")
    text = display(getattr(hit.project, field)) if field else ""
    around = "".join(piece for piece, _ in snippet(text, hit.highlights.get(field, ()), limit=SNIPPET))
    return FoundProject(**_named(hit.project), snippet=around, missing=[*hit.missing])


def _listed(column: Column) -> ListedColumn:
    return ListedColumn(
        heading=column.heading, fiscal_year=column.fiscal_year, kind=column.kind, unit=column.unit,
        value_year=column.value_year,
    )  # fmt: skip
