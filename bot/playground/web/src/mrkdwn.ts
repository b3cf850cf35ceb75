// Slack's mrkdwn as rich text, whose text is literal: the library's own reader loses what stands between stars that
// do not make bold, and makes bold within a Japanese word, which Slack does not.
import type { Json } from "./state";

type Style = { bold?: true; italic?: true; strike?: true; code?: true };
const STYLES: Record<string, keyof Style> = { "*": "bold", _: "italic", "~": "strike" };
// Around a pair of marks Slack wants a border. A zero-width space is none: with it a mark is kept from formatting.
const isBorder = (each: string | undefined) => each === undefined || (each !== "\u200b" && !/[\p{L}\p{N}_*~]/u.test(each));
const isSpace = (each: string | undefined) => each === undefined || /\s/.test(each);

const unescaped = (text: string): string =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** What a plain_text object says: Slack reads its entities too. */
export const shown = (text: Json | undefined): string => unescaped(String(text?.text ?? ""));

/** A text object (mrkdwn or plain_text) as a rich_text block. */
export function rich({ type, text }: Json): Json {
  if (type !== "mrkdwn") return { type: "rich_text", elements: [section([{ type: "text", text: unescaped(text) }])] };
  const elements = text.split(/(?:^|\n)```\n?/).flatMap((part: string, index: number) =>
    index % 2 ? [{ type: "rich_text_preformatted", elements: [word(part, {})] }] : paragraphs(part));
  return { type: "rich_text", elements };
}

const section = (elements: Json[]): Json => ({ type: "rich_text_section", elements });

/** Runs of lines that are quoted (`>`), and of those that are not. */
function paragraphs(text: string): Json[] {
  const found: Json[] = [];
  let [held, isQuote] = [[] as string[], false];
  const flush = () => {
    if (!held.length) return;
    const elements = inline(held.join("\n"), {});
    if (elements.length) found.push(isQuote ? { type: "rich_text_quote", elements } : section(elements));
    held = [];
  };
  for (const line of text.split("\n")) {
    const quoted = /^&gt; ?(.*)$/.exec(line);
    if (Boolean(quoted) !== isQuote) flush();
    isQuote = Boolean(quoted);
    held.push(quoted ? quoted[1] : line);
  }
  flush();
  return found;
}

const word = (text: string, style: Style): Json => ({
  type: "text", text: unescaped(text), ...(Object.keys(style).length ? { style } : {}),
});

function inline(text: string, style: Style): Json[] {
  const found: Json[] = [];
  let plain = "";
  const put = (...more: Json[]) => {
    if (plain) found.push(word(plain, style));
    plain = "";
    found.push(...more);
  };
  for (let at = 0; at < text.length; at += 1) {
    const each = text[at];
    const end = closing(text, at);
    if (end > at + 1 && each === "<") {
      put(reference(text.slice(at + 1, end), style));
    } else if (end > at + 1 && each === "`") {
      put(word(text.slice(at + 1, end), { ...style, code: true }));
    } else if (end > at + 1) {
      put(...inline(text.slice(at + 1, end), { ...style, [STYLES[each]]: true }));
    } else {
      plain += each;
      continue;
    }
    at = end;
  }
  put();
  return found;
}

/** Where what begins at `at` ends, or -1: a reference, code, or a pair of marks with borders around. */
function closing(text: string, at: number): number {
  const mark = text[at];
  if (mark === "<") return text.indexOf(">", at);
  if (mark === "`") {
    const end = text.indexOf("`", at + 1);
    return end < 0 || text.slice(at, end).includes("\n") ? -1 : end;
  }
  if (!(mark in STYLES) || !isBorder(text[at - 1]) || isSpace(text[at + 1])) return -1;
  for (let end = text.indexOf(mark, at + 2); end > 0; end = text.indexOf(mark, end + 1)) {
    if (text.slice(at, end).includes("\n")) return -1;
    if (!isSpace(text[end - 1]) && isBorder(text[end + 1])) return end;
  }
  return -1;
}

function reference(inside: string, style: Style): Json {
  const [target, label] = inside.split("|", 2);
  const styled = Object.keys(style).length ? { style } : {};
  if (target.startsWith("@")) return { type: "user", user_id: target.slice(1), ...styled };
  if (target.startsWith("#")) return { type: "channel", channel_id: target.slice(1), ...styled };
  if (target.startsWith("!")) return { type: "broadcast", range: target.slice(1).split("^")[0], ...styled };
  return { type: "link", url: unescaped(target), text: unescaped(label ?? target), ...styled };
}
