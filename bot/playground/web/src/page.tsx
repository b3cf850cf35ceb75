// The workspace: who one is, where one looks, what is said there, and the clock.
import { render } from "preact";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import "slack-blocks-to-jsx/dist/style.css";
import { Alone } from "./alone";
import { Blocks, Picture, Text, initial } from "./blocks";
import { act, connect, direct, isReply, named, now, postsOf, see, store, unseen, useStore } from "./state";
import type { Json, Person, Post, Refusal } from "./state";
import { Icon } from "./icons";
import { shown as textOf } from "./mrkdwn";
import "./style.css";

type Where = { me: string; room: string; tab: "messages" | "home"; thread: string };
const APP = "app";
const SHOWN = 60; // messages that are drawn until somebody asks for earlier ones
const COLOURS = ["#1264a3", "#7c3085", "#0b6b4f", "#a0370f", "#8a1f4f", "#4a5568", "#6b4e00", "#31589c"];

function whereFrom(hash: string): Where {
  const given = new URLSearchParams(hash.slice(1));
  return {
    me: given.get("me") ?? "", room: given.get("room") ?? "",
    tab: given.get("tab") === "home" ? "home" : "messages", thread: given.get("thread") ?? "",
  };
}

function Page() {
  const { place, connected, views } = useStore();
  const [where, setWhere] = useState<Where>(() => whereFrom(location.hash));
  const [notice, tell] = useState("");
  const [looked, look] = useState<Post | Refusal | null>(null);
  const [awaited, wait] = useState(""); // the ts of a message whose thread opens when the bot answers in it
  const go = (more: Partial<Where>) => {
    const next = { ...where, thread: "", ...more };
    history.pushState(null, "", `#${new URLSearchParams(next as Record<string, string>)}`);
    setWhere(next);
  };
  useEffect(() => {
    const back = () => setWhere(whereFrom(location.hash));
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  }, []);
  const me = place?.people.find((each) => each.id === where.me) ?? place?.people[0];
  const channels = place?.channels.filter((each) => !me?.channels || me.channels.includes(each.id)) ?? [];
  const isWide = useWide();
  const room = where.room || (isWide ? (channels[0]?.id ?? "") : "");
  const isAllowed = room === APP ? !me?.is_app : channels.some((each) => each.id === room);
  const shown = isAllowed ? room : isWide ? (channels[0]?.id ?? "") : "";
  const channel = shown === APP && me ? direct(me.id) : shown;
  useEffect(() => {
    if (shown === APP && me) void act("open", { as: me.id, tab: where.tab });
  }, [shown === APP, me?.id, where.tab]);
  useEffect(() => {
    if (awaited && postsOf(channel, me?.id ?? "").some((post) => post.thread_ts === awaited && post.user === place?.bot)) {
      wait("");
      go({ thread: awaited });
    }
  });
  useEffect(() => wait(""), [channel, me?.id]);
  useEffect(() => {
    if (!notice) return;
    const timer = setTimeout(() => tell(""), 8000);
    return () => clearTimeout(timer);
  }, [notice]);
  if (!place || !me || !store.first) return <p class="loading" role="status">ワークスペースを開いています…</p>;
  const run = async (kind: string, told: Json): Promise<Json> => {
    const answer = await act(kind, { as: me.id, ...told });
    if (answer.mistake) tell(answer.mistake);
    if (answer.ts && !told.thread && (isWide || shown === APP)) wait(answer.ts);
    return answer;
  };
  const stack = views[me.id] ?? [];
  return (
    <div data-at={`${me.id} ${shown} ${where.tab}`} class={`page ${shown ? "in-room" : "in-list"} ${where.thread ? "in-thread" : ""}`}>
      <Sidebar me={me} room={shown} channels={channels} go={go} run={run} />
      {shown && (
        <main class="room">
          <RoomHead shown={shown} where={where} go={go} channels={channels} run={run} />
          {shown === APP && where.tab === "home"
            ? <HomeTab me={me} run={run} />
            : <Room key={`${me.id} ${channel}`} me={me} channel={channel} go={go} run={run} look={look} />}
        </main>
      )}
      {shown && where.thread && (
        <aside class="thread" aria-label="スレッド">
          <header>
            <h2>スレッド</h2>
            <button type="button" class="plain" aria-label="スレッドを閉じる" onClick={() => go({})}>×</button>
          </header>
          <Room key={where.thread} me={me} channel={channel} thread={where.thread} go={go} run={run} look={look} />
        </aside>
      )}
      {stack.length > 0 && <Modal key={stack[stack.length - 1].id + stack[stack.length - 1].hash}
        me={me} view={stack[stack.length - 1]} depth={stack.length} run={run} />}
      {looked && <Looked what={looked} close={() => look(null)} />}
      <p class={`notice ${notice ? "" : "none"}`} role="alert">{notice}</p>
      {!connected && <p class="notice" role="status">サーバーにつなぎ直しています…</p>}
    </div>
  );
}

function useWide(): boolean {
  const query = useRef(matchMedia("(min-width: 768px)"));
  const [is, set] = useState(query.current.matches);
  useEffect(() => {
    const listener = () => set(query.current.matches);
    query.current.addEventListener("change", listener);
    return () => query.current.removeEventListener("change", listener);
  }, []);
  return is;
}

type Go = (more: Partial<Where>) => void;
type Run = (kind: string, told: Json) => Promise<Json>;

const called = (each: { name: string; role: string; office: string }) =>
  `${each.name}（${[each.office, each.role].filter(Boolean).join(" ")}）`;

function Sidebar({ me, room, channels, go, run }: {
  me: Person; room: string; channels: { id: string; name: string; is_ext_shared?: boolean }[]; go: Go; run: Run;
}) {
  const people = store.place?.people ?? [];
  const roles = [...new Set(people.map((each) => each.role))];
  return (
    <nav class="sidebar" aria-label="ワークスペース">
      <header>
        <h1>市役所 <small>お試し</small></h1>
        <ClockButton run={run} />
      </header>
      <label class="persona">
        <span>だれとして試しますか</span>
        <select id="persona" value={me.id} onChange={(event) => go({ me: event.currentTarget.value, tab: "messages" })}>
          {roles.map((role) => (
            <optgroup label={role}>
              {people.filter((each) => each.role === role).map((each) => {
                const count = each.is_app ? 0 : unseen(direct(each.id), each.id);
                return <option value={each.id}>{called(each)}{count ? ` ●${count}` : ""}</option>;
              })}
            </optgroup>
          ))}
        </select>
      </label>
      {!me.is_app && (
        <>
          <h2>アプリ</h2>
          <ul>
            <li><RoomButton id={APP} room={room} me={me} channel={direct(me.id)} go={go}>
              <span class="dot" aria-hidden="true">●</span> jigyo
            </RoomButton></li>
          </ul>
        </>
      )}
      <h2>チャンネル</h2>
      <ul>
        {channels.map((each) => (
          <li key={each.id}><RoomButton id={each.id} room={room} me={me} channel={each.id} go={go}>
            <span aria-hidden="true">#</span> {each.name}
            {each.is_ext_shared && <small title="組織の外の方もいます">（共有）</small>}
          </RoomButton></li>
        ))}
      </ul>
      <p class="about">本物のボットが、このパソコンの中だけで動いています。Slack には何も送りません。</p>
    </nav>
  );
}

function RoomButton({ id, room, me, channel, go, children }: {
  id: string; room: string; me: Person; channel: string; go: Go; children: ComponentChildren;
}) {
  const count = unseen(channel, me.id);
  return (
    <button type="button" class={`room-button ${count ? "new" : ""}`} aria-current={id === room ? "page" : undefined}
      onClick={() => go({ room: id, tab: "messages" })}>
      <span class="grows">{children}</span>
      {count > 0 && <span class="count"><span class="unseen">未読</span>{count}</span>}
    </button>
  );
}

function RoomHead({ shown, where, go, channels, run }: {
  shown: string; where: Where; go: Go; channels: { id: string; name: string; is_ext_shared?: boolean }[]; run: Run;
}) {
  const channel = channels.find((each) => each.id === shown);
  return (
    <header class="room-head">
      <button type="button" class="plain back" aria-label="一覧に戻る" onClick={() => go({ room: "" })}>‹</button>
      <h2>{channel ? `# ${channel.name}` : "jigyo"}</h2>
      {channel?.is_ext_shared && <span class="quiet">組織の外の方もいるチャンネル</span>}
      {shown === APP && (
        <div class="tabs" role="tablist" aria-label="jigyo">
          {([["home", "ホーム"], ["messages", "メッセージ"]] as const).map(([tab, name]) => (
            <button type="button" role="tab" aria-selected={where.tab === tab} onClick={() => go({ tab })}>{name}</button>
          ))}
        </div>
      )}
      <span class="grows" />
      <span class="head-clock"><ClockButton run={run} /></span>
    </header>
  );
}

// -- messages --------------------------------------------------------------------------------------------------

function Room({ me, channel, thread, go, run, look }: {
  me: Person; channel: string; thread?: string; go: Go; run: Run; look: (what: Post | Refusal) => void;
}) {
  const { statuses, prompts, refused } = useStore();
  const [most, show] = useState(SHOWN);
  const list = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const top = useRef(0);
  const every = postsOf(channel, me.id);
  const mine = every.filter((post) =>
    thread ? post.ts === thread || post.thread_ts === thread : !isReply(post));
  const failed = [...refused.values()].filter((each) => thread
    ? each.body.thread_ts === thread && each.channel === channel
    : !each.body.thread_ts && (each.channel === channel || (!each.channel && channel === direct(each.user || me.id))));
  const items: (Post | Refusal)[] = [...mine, ...failed].sort((a, b) =>
    ("ts" in a ? Number(a.ts) : a.at) - ("ts" in b ? Number(b.ts) : b.at) || a.key - b.key);
  const drawn = items.slice(-most);
  useLayoutEffect(() => {
    const box = list.current;
    if (!box) return;
    const follow = () => {
      if (follows.current) box.scrollTop = box.scrollHeight;
    };
    const watch = new ResizeObserver(follow); // also when a message grows, or a picture comes
    watch.observe(box.firstElementChild!);
    watch.observe(box);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    if (!thread && !document.hidden) see(channel, me.id);
  });
  const status = statuses.find((each) => each.channel === channel && (thread ? each.thread === thread : true));
  const offered = thread ? undefined : prompts[channel];
  let day = "";
  return (
    <>
      <div class="list" ref={list} role="log" aria-label={thread ? "スレッドのメッセージ" : "メッセージ"} tabIndex={0}
        onScroll={(event) => {
          const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
          if (scrollHeight - scrollTop - clientHeight < 80) follows.current = true;
          else if (scrollTop < top.current - 1) follows.current = false; // somebody looks further up
          top.current = scrollTop;
        }}>
        <div>
        {items.length > most && (
          <button type="button" class="button earlier" onClick={() => show(most + SHOWN)}>
            以前のメッセージ（{items.length - most}件）
          </button>
        )}
        {!items.length && <p class="empty">まだメッセージはありません。</p>}
        {drawn.map((each) => {
          const at = dayOf(each.at);
          const line = at !== day ? <h3 class="day"><span>{at}</span></h3> : null;
          day = at;
          return (
            <>
              {line}
              {"ts" in each
                ? <Said key={each.key} post={each} me={me} every={every} inThread={Boolean(thread)} go={go} run={run} look={look} />
                : <NotTaken key={`r${each.key}`} refusal={each} look={look} />}
            </>
          );
        })}
        {status && <p class="status" role="status">jigyo {status.text}</p>}
        </div>
      </div>
      {offered && mine.every((post) => post.user !== me.id) && (
        <div class="prompts" role="group" aria-label={offered.title || "質問の例"}>
          <p>{offered.title}</p>
          {offered.prompts.map((each) => (
            <button type="button" class="button" onClick={() => void run("say", { channel, text: each.message })}>
              {each.title}
            </button>
          ))}
        </div>
      )}
      <Composer me={me} channel={channel} thread={thread} run={run} said={() => { follows.current = true; }} />
    </>
  );
}

const dayOf = (at: number) =>
  new Date(at * 1000).toLocaleDateString("ja-JP", { timeZone: "Asia/Tokyo", month: "long", day: "numeric", weekday: "short" });
const timeOf = (at: number) =>
  new Date(at * 1000).toLocaleTimeString("ja-JP", { timeZone: "Asia/Tokyo", hour: "numeric", minute: "2-digit" });

function Avatar({ user }: { user: string }) {
  const who = named(user);
  const colour = COLOURS[[...user].reduce((sum, each) => sum + each.charCodeAt(0), 0) % COLOURS.length];
  return <span class="avatar" aria-hidden="true" ref={(node) => { if (node) node.style.background = colour; }}>{[...who.name][0]}</span>;
}

function Said({ post, me, every, inThread, go, run, look }: {
  post: Post; me: Person; every: Post[]; inThread: boolean; go: Go; run: Run; look: (what: Post) => void;
}) {
  const [busy, wait] = useState("");
  const who = named(post.user);
  if (post.via === "typed") return <p class="typed"><code>{post.text}</code> を送りました</p>;
  const replies = inThread ? [] : every.filter((each) => each.thread_ts === post.ts && isReply(each));
  const isBot = post.user === store.place?.bot;
  const use = async (action: string, value?: unknown) => {
    wait(action);
    await run("press", { post: post.key, action, value });
    wait("");
  };
  return (
    <article class={`said ${post.ephemeral_to ? "ephemeral" : ""}`} data-key={post.key} aria-label={`${who.name} ${timeOf(post.at)}`}>
      <Avatar user={post.user} />
      <div class="words">
        {post.ephemeral_to && <p class="only-you"><Icon name="eye" /> あなただけに表示されています</p>}
        <p class="who">
          <strong>{who.name}</strong>
          {(isBot || who.role === "アプリ") && <span class="badge">アプリ</span>}
          {!isBot && who.role !== "アプリ" && <span class="quiet">{[who.office, who.role].filter(Boolean).join(" ")}</span>}
          <time>{timeOf(post.at)}</time>
        </p>
        {post.blocks.length
          ? <Blocks blocks={post.blocks} use={use} busy={busy} />
          : post.text && <Text text={post.text} />}
        {post.is_edited && <span class="quiet">（編集済み）</span>}
        {post.files.map((file) => <File key={file.id} file={file} />)}
        {replies.length > 0 && (
          <button type="button" class="replies" onClick={() => go({ thread: post.ts })}>
            {replies.length}件の返信 <span class="quiet">最終 {timeOf(replies[replies.length - 1].at)}</span>
          </button>
        )}
      </div>
      <div class="tools" role="group" aria-label="メッセージの操作">
        {!inThread && !post.ephemeral_to && (
          <button type="button" onClick={() => go({ thread: post.thread_ts || post.ts })}>返信</button>
        )}
        {!post.ephemeral_to && !me.is_app && Object.entries(store.place?.shortcuts ?? {}).map(([callback, name]) => (
          <button type="button" onClick={() => void run("shortcut", { post: post.key, callback })}>{name}</button>
        ))}
        <button type="button" onClick={() => look(post)}>JSON</button>
      </div>
    </article>
  );
}

function File({ file }: { file: Json }) {
  if (/\.png$/.test(file.name)) return <Picture image={{ ...file, title: { text: file.title ?? file.name } }} />;
  return (
    <p class="file">
      <a href={`/files/${encodeURIComponent(file.id)}`} download={file.name}>
        <Icon name="file" /> {file.title ?? file.name}
      </a> <span class="quiet">{file.name}</span>
    </p>
  );
}

function NotTaken({ refusal, look }: { refusal: Refusal; look: (what: Refusal) => void }) {
  return (
    <article class="refused" data-refused={refusal.key}>
      <p><strong>Slack が受け取りませんでした</strong> <time>{timeOf(refusal.at)}</time></p>
      <p><code>{refusal.method}</code>: {refusal.error}</p>
      <button type="button" class="button" onClick={() => look(refusal)}>JSON</button>
    </article>
  );
}

function Looked({ what, close }: { what: Post | Refusal; close: () => void }) {
  const [told, set] = useState<Json | null>("error" in what ? { json: what.body, sizes: [], problem: what.error } : null);
  useEffect(() => {
    if (!told) void fetch(`/message/${what.key}`).then((answer) => (answer.ok ? answer.json() : { json: {}, sizes: [] })).then(set);
  }, []);
  return (
    <Dialog title="メッセージの JSON" close={close}>
      {told && (
        <>
          {told.problem && <p class="error" role="alert">Slack が断る理由: {told.problem}</p>}
          {told.sizes.length > 0 && (
            <table class="sizes">
              <caption>Slack の上限に対する大きさ</caption>
              <thead><tr><th scope="col">項目</th><th scope="col">大きさ</th><th scope="col">上限</th></tr></thead>
              <tbody>
                {told.sizes.map((each: Json) => (
                  <tr class={each.used > each.limit ? "over" : ""}>
                    <th scope="row">{each.what}</th>
                    <td class="number">{each.used.toLocaleString("ja-JP")}</td>
                    <td class="number">{each.limit.toLocaleString("ja-JP")}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          <pre class="json" tabIndex={0} aria-label="JSON">{JSON.stringify(told.json, null, 2)}</pre>
        </>
      )}
    </Dialog>
  );
}

// -- typing ----------------------------------------------------------------------------------------------------

function Composer({ me, channel, thread, run, said }: {
  me: Person; channel: string; thread?: string; run: Run; said: () => void;
}) {
  const [text, type] = useState("");
  const [chosen, choose] = useState(0);
  const box = useRef<HTMLTextAreaElement>(null);
  const isDirect = channel.startsWith("D");
  const example = store.place?.example ?? "";
  const room = isDirect ? "jigyo" : `#${store.place?.channels.find((each) => each.id === channel)?.name ?? ""}`;
  const samples = thread ? ["@jigyo その担当課は？"]
    : isDirect ? [`${example}の成果は？`, "/jigyo 締切", "使い方"]
      : [`/jigyo ${example}`, `@jigyo ${example}の担当課は？`, "/jigyo 締切", "/jigyo 使い方"];
  const word = /(^|[\s　])@([^\s　@]*)$/.exec(text);
  const offered = word
    ? ["jigyo", ...(store.place?.people ?? []).map((each) => each.name)].filter((name) => name.startsWith(word[2]) && name !== word[2]).slice(0, 6)
    : [];
  const send = async () => {
    if (!text.trim()) return;
    const what = text;
    type("");
    said();
    const answer = await run("say", { channel, thread: thread ?? "", text: what });
    if (answer.mistake) type(what);
  };
  const complete = (name: string) => {
    type(`${text.slice(0, text.length - (word?.[2].length ?? 0))}${name} `);
    choose(0);
    box.current?.focus();
  };
  const put = (sample: string) => {
    type(sample);
    box.current?.focus();
  };
  useLayoutEffect(() => {
    if (!box.current) return;
    box.current.style.height = "auto";
    box.current.style.height = `${Math.min(box.current.scrollHeight, 200)}px`;
  }, [text]);
  const id = `box-${thread ?? channel}`;
  return (
    <form class="composer" onSubmit={(event) => { event.preventDefault(); void send(); }}>
      {!text && !me.is_app && (
        <div class="samples" role="group" aria-label="入力の例">
          {samples.map((sample) => <button type="button" onClick={() => put(sample)}>{sample}</button>)}
        </div>
      )}
      {offered.length > 0 && (
        <ul class="offered" role="listbox" aria-label="メンションする相手" id={`${id}-names`}>
          {offered.map((name, index) => (
            <li role="option" id={`${id}-${index}`} aria-selected={index === chosen} onMouseDown={(event) => { event.preventDefault(); complete(name); }}>
              @{name}
            </li>
          ))}
        </ul>
      )}
      <div class="box">
        <textarea ref={box} rows={1} value={text} aria-label={thread ? "スレッドに返信" : `${room} へのメッセージ`}
          placeholder={thread ? "返信する…" : `${room} へのメッセージ`}
          aria-autocomplete="list" aria-haspopup="listbox"
          aria-controls={offered.length ? `${id}-names` : undefined}
          aria-activedescendant={offered.length ? `${id}-${chosen}` : undefined}
          onInput={(event) => { type(event.currentTarget.value); choose(0); }}
          onKeyDown={(event) => {
            if (event.isComposing || event.keyCode === 229) return; // still choosing characters
            if (offered.length && ["ArrowDown", "ArrowUp", "Tab", "Enter", "Escape"].includes(event.key)) {
              event.preventDefault();
              if (event.key === "ArrowDown") choose((chosen + 1) % offered.length);
              else if (event.key === "ArrowUp") choose((chosen + offered.length - 1) % offered.length);
              else if (event.key === "Escape") type(`${text} `);
              else complete(offered[chosen]);
            } else if (event.key === "Enter" && !event.shiftKey) {
              event.preventDefault();
              void send();
            }
          }} />
        <button type="submit" class="send" disabled={!text.trim()} aria-label="送信"><Icon name="send" /></button>
      </div>
    </form>
  );
}

// -- Home, modals, the clock -------------------------------------------------------------------------------------

function HomeTab({ me, run }: { me: Person; run: Run }) {
  const view = useStore().homes[me.id];
  const use = (action: string, value?: unknown) => void run("press", { view: "home", action, value });
  return (
    <div class="list home" tabIndex={0} role="region" aria-label="ホーム">
      {view ? <Blocks key={view.hash} blocks={view.blocks} use={use} /> : <p class="empty" role="status">ホームを開いています…</p>}
    </div>
  );
}

function Dialog({ title, close, children }: { title: string; close: () => void; children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    return () => dialog.current?.close();
  }, []);
  return (
    <dialog ref={dialog} aria-label={title} onCancel={(event) => { event.preventDefault(); close(); }}
      onClick={(event) => { if (event.target === dialog.current) close(); }}>
      <header>
        <h2>{title}</h2>
        <button type="button" class="plain" aria-label="閉じる" onClick={close}>×</button>
      </header>
      {children}
    </dialog>
  );
}

function Modal({ me, view, depth, run }: { me: Person; view: Json; depth: number; run: Run }) {
  const inputs: Json[] = view.blocks.filter((block: Json) => block.type === "input");
  const [values, fill] = useState<Json>(() =>
    Object.fromEntries(inputs.map((block) => [block.block_id, initial(block.element)])));
  const [errors, mark] = useState<Record<string, string>>({});
  const [waits, wait] = useState(false);
  const close = () => void run("close", { view: view.id });
  const submit = async () => {
    const missing = inputs.filter((block) => !block.optional && !String(values[block.block_id] ?? "").trim());
    mark(Object.fromEntries(missing.map((block) => [block.block_id, "この項目は必ず入力してください。"])));
    if (missing.length) return;
    wait(true);
    const answer = await run("submit", { view: view.id, values });
    wait(false);
    mark(answer.errors ?? {});
  };
  const fields = {
    values, errors,
    set: (block: string, value: unknown) => fill((held: Json) => ({ ...held, [block]: value })),
  };
  return (
    <Dialog title={textOf(view.title)} close={close}>
      <form onSubmit={(event) => { event.preventDefault(); void submit(); }} noValidate>
        <div class="modal-body" tabIndex={0} role="region" aria-label={textOf(view.title)}>
          <Blocks blocks={view.blocks} fields={fields} use={(action, value) => void run("press", { view: view.id, action, value })} />
        </div>
        <footer>
          {depth > 1 && <span class="quiet grows">前の画面に重ねて表示しています</span>}
          <button type="button" class="button" onClick={close}>{textOf(view.close) || "キャンセル"}</button>
          {view.submit && <button type="submit" class="button primary" aria-busy={waits} disabled={waits}>{textOf(view.submit)}</button>}
        </footer>
      </form>
    </Dialog>
  );
}

const CITY = { timeZone: "Asia/Tokyo" } as const;

/** A day of the city and a time in it, some days from now, as ISO 8601. */
function ahead(days: number, time: string): string {
  const day = new Date(now().getTime() + days * 86_400_000).toLocaleDateString("sv-SE", CITY);
  return `${day}T${time}:00+09:00`;
}

function ClockButton({ run }: { run: Run }) {
  const { moving, place } = useStore();
  const [open, set] = useState(false);
  const [, redraw] = useState(0);
  const [chosen, choose] = useState("");
  useEffect(() => {
    const timer = setInterval(() => redraw((n) => n + 1), 10_000);
    return () => clearInterval(timer);
  }, []);
  const shown = now().toLocaleString("ja-JP", { ...CITY, month: "numeric", day: "numeric", weekday: "short", hour: "numeric", minute: "2-digit" });
  const move = async (to: string) => {
    set(false);
    await run("clock", { to });
  };
  const due = place?.due ?? "";
  const isBefore = now() < new Date(`${due}T09:00:00+09:00`);
  return (
    <>
      <button type="button" class="clock" aria-haspopup="dialog" aria-label={`時計 ${shown}`} aria-busy={moving} onClick={() => set(true)}>
        <Icon name={moving ? "forward" : "clock"} /> {shown}
      </button>
      {open && (
        <Dialog title="時計を進める" close={() => set(false)}>
          <p>いまは {shown} です。進めると、そのあいだのお知らせが順に届きます。</p>
          <div class="column">
            <button type="button" class="button" onClick={() => void move(ahead(1, "09:30"))}>明日の朝（9:30）</button>
            <button type="button" class="button" onClick={() => void move(ahead(7, "09:30"))}>1週間後の朝</button>
            <button type="button" class="button" disabled={!isBefore} onClick={() => void move(`${due}T09:30:00+09:00`)}>
              締切の日の朝（{due.slice(5).replace("-", "/")}）
            </button>
            <button type="button" class="button" onClick={() => void move(ahead(30, "09:30"))}>30日後の朝</button>
          </div>
          <form class="row" onSubmit={(event) => { event.preventDefault(); if (chosen) void move(`${chosen}:00+09:00`); }}>
            <label>日時 <input type="datetime-local" value={chosen} onInput={(event) => choose(event.currentTarget.value)} /></label>
            <button type="submit" class="button primary" disabled={!chosen}>ここまで進める</button>
          </form>
        </Dialog>
      )}
    </>
  );
}

connect();
const alone = new URLSearchParams(location.hash.slice(1)).get("alone");
render(alone ? <Alone what={alone} /> : <Page />, document.getElementById("page")!);
