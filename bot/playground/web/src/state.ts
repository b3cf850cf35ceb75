// What the server tells of the loopback Slack, and what is done about it.
import { useEffect, useState } from "preact/hooks";

export type Json = Record<string, any>;
export type Person = {
  id: string; name: string; role: string; office: string; team: string;
  channels: string[] | null; is_app: boolean;
};
export type Channel = { id: string; name: string; is_ext_shared?: boolean };
export type Post = {
  key: number; channel: string; ts: string; text: string; blocks: Json[]; thread_ts: string;
  ephemeral_to: string; via: string; user: string; at: number; files: Json[]; is_edited: boolean; is_gone: boolean;
};
export type Refusal = { key: number; method: string; error: string; body: Json; at: number; channel: string; user: string };
export type Place = {
  bot: string; people: Person[]; channels: Channel[]; shortcuts: Record<string, string>; due: string; example: string;
};

export const store = {
  place: null as Place | null,
  posts: new Map<number, Post>(),
  refused: new Map<number, Refusal>(),
  homes: {} as Record<string, Json>,
  views: {} as Record<string, Json[]>,
  prompts: {} as Record<string, { title: string; prompts: { title: string; message: string }[] }>,
  statuses: [] as { channel: string; thread: string; text: string }[],
  ahead: 0, // milliseconds that the city's clock is before ours
  moving: false,
  connected: false,
  seen: new Map<string, number>(), // "person channel" -> the last key they saw
  first: 0, // the last key there was when the page opened
};

const listeners = new Set<() => void>();
let waiting = false;

export function changed(): void {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    for (const each of [...listeners]) each();
  });
}

export function useStore(): typeof store {
  const [, redraw] = useState(0);
  useEffect(() => {
    const listener = () => redraw((n) => n + 1);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
  return store;
}

export function connect(): void {
  const stream = new EventSource("/stream");
  stream.addEventListener("place", (event) => {
    store.place = JSON.parse((event as MessageEvent).data);
    store.posts.clear();
    store.refused.clear();
    changed();
  });
  stream.addEventListener("news", (event) => {
    const told = JSON.parse((event as MessageEvent).data);
    for (const post of told.posts as Post[]) {
      if (post.is_gone) store.posts.delete(post.key);
      else store.posts.set(post.key, post);
    }
    for (const refusal of told.refused as Refusal[]) store.refused.set(refusal.key, refusal);
    if (!store.first) store.first = Math.max(1, ...store.posts.keys());
    const { homes, views, prompts, statuses, moving } = told;
    Object.assign(store, { homes, views, prompts, statuses, moving, connected: true });
    store.ahead = new Date(told.now).getTime() - Date.now();
    changed();
  });
  stream.onerror = () => {
    store.connected = false;
    changed();
  };
}

/** Do something; the answer, or a mistake in words. */
export async function act(kind: string, told: Json): Promise<Json> {
  try {
    const answer = await fetch(`/act/${kind}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(told),
    });
    return answer.ok ? await answer.json() : { mistake: `うまくいきませんでした（HTTP ${answer.status}）。` };
  } catch {
    return { mistake: "お試しのページのサーバーが止まっているようです。" };
  }
}

export const now = (): Date => new Date(Date.now() + store.ahead);

export const direct = (person: string): string => `D${person.slice(1)}`;

/** Whether this person sees a message. */
export const sees = (post: Post, person: string): boolean => !post.ephemeral_to || post.ephemeral_to === person;

export function postsOf(channel: string, person: string): Post[] {
  const found = [...store.posts.values()].filter((post) => post.channel === channel && sees(post, person));
  return found.sort((a, b) => Number(a.ts) - Number(b.ts) || a.key - b.key);
}

export const isReply = (post: Post): boolean => post.thread_ts !== "" && post.thread_ts !== post.ts;

/** How many messages of others this person has not seen in a channel. */
export function unseen(channel: string, person: string): number {
  const since = store.seen.get(`${person} ${channel}`) ?? store.first;
  let count = 0;
  for (const post of store.posts.values()) {
    if (post.channel === channel && post.key > since && post.user !== person && sees(post, person)) count += 1;
  }
  return count;
}

export function see(channel: string, person: string): void {
  let last = store.first;
  for (const post of store.posts.values()) if (post.channel === channel) last = Math.max(last, post.key);
  if (store.seen.get(`${person} ${channel}`) !== last) {
    store.seen.set(`${person} ${channel}`, last);
    changed();
  }
}

export function named(user: string): Person | { id: string; name: string; role: string; office: string } {
  if (user === store.place?.bot) return { id: user, name: "jigyo", role: "アプリ", office: "" };
  const found = store.place?.people.find((each) => each.id === user);
  return found ?? { id: user, name: user, role: "", office: "" };
}
