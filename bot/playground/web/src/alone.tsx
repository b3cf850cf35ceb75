// One message (`#alone=KEY`), Home or form (`#alone=home:U…`, `#alone=modal:U…`) as slack-blocks-to-jsx draws it, every
// block by the library but data_table, which it has not: what `make message-pictures` takes.
import { Cell, Drawn } from "./blocks";
import { DataTable } from "./data";
import { shown } from "./mrkdwn";
import { useStore } from "./state";
import type { Json } from "./state";

export function Alone({ what }: { what: string }) {
  const { posts, homes, views, place } = useStore();
  const [kind, user] = what.split(":");
  const post = posts.get(Number(kind));
  const view = kind === "home" ? homes[user] : kind === "modal" ? views[user]?.at(-1) : undefined;
  const blocks: Json[] = view?.blocks ?? post?.blocks ?? [];
  if (!place || !blocks.length) return null;
  return (
    <main class={`alone ${view ? kind : "message"}`}>
      {post && <p class="who"><span class="avatar" aria-hidden="true">j</span><b>jigyo</b> <span class="badge">アプリ</span></p>}
      {kind === "modal" && <h2>{shown(view!.title)}</h2>}
      <div class="drawn">{parts(blocks).map((part) => part.length === 1 && part[0].type === "data_table"
        ? <DataTable block={part[0]} cell={(cell) => <Cell cell={cell} />} /> : <Drawn blocks={part.map(known)} />)}</div>
      {kind === "modal" && <Drawn blocks={[{ type: "actions", elements: ends(view!) }]} />}
    </main>
  );
}

/** The blocks in their order, each data_table apart. */
function parts(blocks: Json[]): Json[][] {
  const found: Json[][] = [];
  let isTable = true;
  for (const block of blocks) {
    if (isTable || block.type === "data_table") found.push([]);
    found[found.length - 1].push(block);
    isTable = block.type === "data_table";
  }
  return found;
}

/** Files of Slack's are images of this page, which the library opens by their address only. */
const known = (block: Json): Json => block.type === "image" && block.slack_file
  ? { ...block, image_url: `/files/${encodeURIComponent(block.slack_file.id)}` } : block;

const ends = (view: Json): Json[] => [
  { type: "button", text: { type: "plain_text", text: shown(view.close) || "キャンセル" } },
  ...(view.submit ? [{ type: "button", style: "primary", text: view.submit }] : []),
];
