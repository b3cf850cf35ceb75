"""The Web API methods in use, each (workspace, arguments) -> the answer."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.playground.slack.rules import message_problem, view_problem
from bot.playground.slack.state import APP_TOKEN, BOT, BOT_TOKEN, BOT_USER, TEAM, Hook, Json, Post, Workspace


class Refused(Exception):  # noqa: N818 - Slack refused; it is no error of the server
    """Slack's answer `{"ok": false, "error": …}`; with a `wait` in seconds it is a 429."""

    def __init__(self, error: str, *, wait: int = 0) -> None:
        super().__init__(error)
        self.error, self.wait = error, wait


Method = Callable[[Workspace, Json], Json]
METHODS: dict[str, Method] = {}
SCOPES: dict[str, tuple[str, ...]] = {}  # a method needs one of these


def method(name: str, *scopes: str) -> Callable[[Method], Method]:
    """Register a method under Slack's name with the scopes of which one is needed."""

    def add(function: Method) -> Method:
        METHODS[name], SCOPES[name] = function, scopes
        return function

    return add


def call(workspace: Workspace, name: str, args: Json, token: str) -> Json:
    """Answer one call. Raises Refused."""
    expected = APP_TOKEN if name == "apps.connections.open" else BOT_TOKEN
    if token != expected:
        raise Refused("invalid_auth" if token else "not_authed")
    if name not in METHODS:
        raise Refused("unknown_method")
    needed = SCOPES[name]
    if needed and workspace.scopes is not None and not workspace.scopes.intersection(needed):
        raise Refused("missing_scope")
    with workspace.lock:
        answer = METHODS[name](workspace, args)
        workspace.changed()
        return answer


def _channel(workspace: Workspace, args: Json, key: str = "channel") -> str:
    channel = args.get(key, "")
    if channel in workspace.users:
        channel = workspace.direct_channel(channel)
    if channel not in workspace.channels:
        raise Refused("channel_not_found")
    if workspace.channels[channel]["is_archived"]:
        raise Refused("is_archived")
    return str(channel)


def _checked(problem: str | None) -> None:
    if problem:
        raise Refused(problem)


def _post(workspace: Workspace, args: Json, via: str) -> Post:
    channel = _channel(workspace, args)
    if not workspace.channels[channel]["is_member"]:
        raise Refused("not_in_channel")
    _checked(message_problem(args, lacking=workspace.lacking))
    now = workspace.clock()
    last = max((p.at for p in workspace.posts if p.channel == channel and not p.ephemeral_to), default=0.0)
    if now - last < workspace.seconds_between_posts:
        raise Refused("ratelimited", wait=1)
    thread = args.get("thread_ts") or ""
    if thread and not re.fullmatch(r"\d+(\.\d+)?", thread):
        raise Refused("invalid_thread_ts")
    if thread and via == "chat.postMessage" and not float(thread):
        raise Refused("thread_not_found")
    return Post(
        channel=channel, ts=workspace.next_ts(), text=args.get("text") or "", blocks=args.get("blocks") or [],
        thread_ts=thread, metadata=args.get("metadata"), via=via,
        ephemeral_to=args.get("user", "") if via == "chat.postEphemeral" else "",
        at=now, body=args,
    )  # fmt: skip


@method("auth.test")
def auth_test(workspace: Workspace, args: Json) -> Json:
    return {
        "url": "https://city.example/", "team": "市役所", "user": "jigyo", "team_id": TEAM,
        "user_id": BOT_USER, "bot_id": BOT,
    }  # fmt: skip


@method("chat.postMessage", "chat:write")
def chat_post_message(workspace: Workspace, args: Json) -> Json:
    post = workspace.add(_post(workspace, args, "chat.postMessage"))
    return {"channel": post.channel, "ts": post.ts, "message": shown(post, with_metadata=True)}


@method("chat.postEphemeral", "chat:write")
def chat_post_ephemeral(workspace: Workspace, args: Json) -> Json:
    if args.get("user") not in workspace.users:
        raise Refused("user_not_in_channel")
    post = workspace.add(_post(workspace, args, "chat.postEphemeral"))
    return {"message_ts": post.ts}


@method("chat.update", "chat:write")
def chat_update(workspace: Workspace, args: Json) -> Json:
    post = workspace.find(_channel(workspace, args), args.get("ts", ""))
    if post is None or post.ephemeral_to:
        raise Refused("message_not_found")
    _checked(message_problem(args, lacking=workspace.lacking))
    post.text, post.blocks = args.get("text") or "", args.get("blocks") or []
    post.metadata = args.get("metadata", post.metadata)
    post.is_edited = True
    workspace.changed(post)
    return {"channel": post.channel, "ts": post.ts, "text": post.text}


@method("chat.delete", "chat:write")
def chat_delete(workspace: Workspace, args: Json) -> Json:
    post = workspace.find(_channel(workspace, args), args.get("ts", ""))
    if post is None:
        raise Refused("message_not_found")
    workspace.posts.remove(post)
    post.is_gone = True
    return {"channel": post.channel, "ts": post.ts}


@method("chat.getPermalink")
def chat_get_permalink(workspace: Workspace, args: Json) -> Json:
    channel = _channel(workspace, args)
    if workspace.find(channel, args.get("message_ts", "")) is None:
        raise Refused("message_not_found")
    permalink = f"https://city.example/archives/{channel}/p{args['message_ts'].replace('.', '')}"
    return {"channel": channel, "permalink": permalink}


def is_public(post: Post) -> bool:
    """Whether a message is in the channel's history."""
    return not (post.ephemeral_to or post.is_gone)


def shown(post: Post, *, with_metadata: bool) -> Json:
    """A message as history shows it."""
    message: Json = {
        "type": "message",
        "user": post.user,
        "ts": post.ts,
        "text": post.text,
        "blocks": post.blocks,
    }
    if post.user == BOT_USER:
        message["bot_id"] = BOT
    if post.thread_ts:
        message["thread_ts"] = post.thread_ts
    if with_metadata and post.metadata:
        message["metadata"] = post.metadata
    return message


def _page(messages: list[Json], args: Json) -> Json:
    start, limit = int(args.get("cursor") or 0), int(args.get("limit") or 100)
    end = start + limit
    more = end < len(messages)
    cursor = {"next_cursor": str(end) if more else ""}
    return {"messages": messages[start:end], "has_more": more, "response_metadata": cursor}


HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")


@method("conversations.history", *HISTORY)
def conversations_history(workspace: Workspace, args: Json) -> Json:
    channel = _channel(workspace, args)
    oldest, latest = float(args.get("oldest") or 0), float(args.get("latest") or "inf")
    inclusive = str(args.get("inclusive", "")).lower() in ("1", "true")
    with_metadata = str(args.get("include_all_metadata", "")).lower() in ("1", "true")

    def is_asked(ts: float) -> bool:
        return oldest <= ts <= latest if inclusive else oldest < ts < latest

    posts = [
        p for p in workspace.posts
        if p.channel == channel and is_public(p) and p.thread_ts in ("", p.ts) and is_asked(float(p.ts))
    ]  # fmt: skip
    return _page([shown(p, with_metadata=with_metadata) for p in reversed(posts)], args)


@method("conversations.replies", *HISTORY)
def conversations_replies(workspace: Workspace, args: Json) -> Json:
    channel = _channel(workspace, args)
    with_metadata = str(args.get("include_all_metadata", "")).lower() in ("1", "true")
    posts = [
        p
        for p in workspace.posts
        if p.channel == channel and args["ts"] in (p.ts, p.thread_ts) and is_public(p)
    ]
    if not posts:
        raise Refused("thread_not_found")
    return _page([shown(p, with_metadata=with_metadata) for p in posts], args)


@method("conversations.open", "im:write", "mpim:write")
def conversations_open(workspace: Workspace, args: Json) -> Json:
    user = str(args.get("users", "")).split(",")[0]
    if user not in workspace.users:
        raise Refused("user_not_found")
    return {"channel": {"id": workspace.direct_channel(user)}}


@method("conversations.info", "channels:read", "groups:read", "im:read", "mpim:read")
def conversations_info(workspace: Workspace, args: Json) -> Json:
    channel = args.get("channel", "")
    if channel not in workspace.channels:
        raise Refused("channel_not_found")
    return {"channel": workspace.channels[channel]}


@method("users.info", "users:read")
def users_info(workspace: Workspace, args: Json) -> Json:
    if args.get("user") not in workspace.users:
        raise Refused("user_not_found")
    return {"user": workspace.users[args["user"]]}


def _view(workspace: Workspace, args: Json, *, identifier: str = "", root: str = "") -> Json:
    view = args["view"]
    _checked(view_problem(view))
    identifier = identifier or f"V{workspace.number()}"
    stored = {**view, "id": identifier, "root_view_id": root or identifier, "hash": str(workspace.number())}
    workspace.views[identifier] = stored
    return {"view": stored}


VIEWS = 3  # that one person may have open over each other


def _use_trigger(workspace: Workspace, args: Json) -> str:
    """Whose the trigger is."""
    trigger = args.get("trigger_id", "")
    if trigger not in workspace.triggers:
        raise Refused("expired_trigger_id")
    return workspace.triggers.pop(trigger)


@method("views.open")
def views_open(workspace: Workspace, args: Json) -> Json:
    user = _use_trigger(workspace, args)
    answer = _view(workspace, args)
    workspace.stacks[user] = [answer["view"]["id"]]
    return answer


@method("views.push")
def views_push(workspace: Workspace, args: Json) -> Json:
    return push(workspace, _use_trigger(workspace, args), args["view"])


def push(workspace: Workspace, user: str, view: Json) -> Json:
    """Show a view over those that this user has open. Raises Refused."""
    stack = workspace.stacks.setdefault(user, [])
    if len(stack) >= VIEWS:
        raise Refused("push_limit_reached")
    answer = _view(workspace, {"view": view}, root="pushed")
    stack.append(answer["view"]["id"])
    return answer


def submitted(workspace: Workspace, user: str, view: str, answer: Json) -> dict[str, str]:
    """Do what a form was acknowledged with; what is wrong with its fields, by their block_id. Raises Refused.

    Without a word of the app's the form closes, and those below it are there again.
    """
    with workspace.lock:
        stack = workspace.stacks.get(user, [])
        match answer.get("response_action"):
            case "errors":
                return dict(answer["errors"])
            case "update":
                _view(workspace, answer, identifier=view)
            case "push":
                push(workspace, user, answer["view"])
            case "clear":
                stack.clear()
            case _ if view in stack:
                stack.remove(view)
        workspace.changed()
    return {}


@method("views.update")
def views_update(workspace: Workspace, args: Json) -> Json:
    identifier = args.get("view_id", "")
    if identifier not in workspace.views:
        raise Refused("not_found")
    return _view(workspace, args, identifier=identifier)


@method("views.publish")
def views_publish(workspace: Workspace, args: Json) -> Json:
    if args.get("user_id") not in workspace.users:
        raise Refused("user_not_found")
    answer = _view(workspace, args)
    workspace.homes[args["user_id"]] = answer["view"]
    return answer


@method("reactions.add", "reactions:write")
@method("reactions.remove", "reactions:write")
def reactions(workspace: Workspace, args: Json) -> Json:
    if workspace.find(_channel(workspace, args), args.get("timestamp", "")) is None:
        raise Refused("message_not_found")
    return {}


@method("assistant.threads.setStatus", "assistant:write", "chat:write")
def assistant_status(workspace: Workspace, args: Json) -> Json:
    where = (_channel(workspace, args, "channel_id"), str(args.get("thread_ts") or ""))
    workspace.statuses[where] = str(args.get("status") or "")
    return {}


@method("assistant.threads.setTitle", "assistant:write")
def assistant_title(workspace: Workspace, args: Json) -> Json:
    _channel(workspace, args, "channel_id")
    return {}


@method("assistant.threads.setSuggestedPrompts", "assistant:write")
def assistant_prompts(workspace: Workspace, args: Json) -> Json:
    channel = _channel(workspace, args, "channel_id")
    if "thread_ts" in args and not args["thread_ts"]:
        raise Refused("invalid_thread_ts")
    prompts = args.get("prompts", [])
    if not 1 <= len(prompts) <= 4 or not all(p.get("title") and p.get("message") for p in prompts):
        raise Refused("invalid_arguments")
    workspace.prompts[channel] = {"title": str(args.get("title") or ""), "prompts": prompts}
    return {}


@method("files.getUploadURLExternal", "files:write")
def files_get_upload_url(workspace: Workspace, args: Json) -> Json:
    if not args.get("filename") or int(args.get("length") or 0) <= 0:
        raise Refused("invalid_arguments")
    identifier = f"F{workspace.number()}"
    workspace.files[identifier] = {
        "id": identifier,
        "name": args["filename"],
        "alt_text": args.get("alt_txt", ""),
    }
    return {"file_id": identifier, "upload_url": f"{args['_base']}/upload/{identifier}"}


@method("files.completeUploadExternal", "files:write")
def files_complete(workspace: Workspace, args: Json) -> Json:
    files = [workspace.files.get(file["id"], {}) for file in args["files"]]
    if not all("content" in file for file in files):
        raise Refused("file_not_found")
    for file, told in zip(files, args["files"], strict=True):
        file["title"] = told.get("title", file["name"])
    if args.get("channel_id"):
        words = {"channel": args["channel_id"], "thread_ts": args.get("thread_ts")}
        post = _post(
            workspace,
            {**words, "text": args.get("initial_comment") or "(file)"},
            "files.completeUploadExternal",
        )
        post.files = files
        workspace.add(post)
    return {"files": [{"id": f["id"], "title": f["title"]} for f in files]}


@method("apps.connections.open")
def connections_open(workspace: Workspace, args: Json) -> Json:
    return {"url": f"{args['_base'].replace('http', 'ws', 1)}/socket"}


def use_hook(workspace: Workspace, hook: Hook, body: Json) -> None:
    """A post to a response_url. Raises Refused on its sixth use, after 30 minutes, for a bad message.

    What replaces the message that was pressed has its ts, and is seen by whoever saw that one.
    """
    if hook.uses >= 5:
        raise Refused("used_url")
    if workspace.clock() - hook.issued > 30 * 60:
        raise Refused("expired_url")
    hook.uses += 1
    if not body.get("delete_original"):
        _checked(message_problem(body, lacking=workspace.lacking))
    to = "" if body.get("response_type") == "in_channel" else hook.user
    post = Post(
        channel=hook.channel, ts=workspace.next_ts(), text=body.get("text", ""), body=body,
        blocks=body.get("blocks") or [], thread_ts=body.get("thread_ts") or "", ephemeral_to=to,
        via="response_url", at=workspace.clock(), is_gone=bool(body.get("delete_original")),
    )  # fmt: skip
    old = hook.post
    if old and (body.get("replace_original") or body.get("delete_original")):
        old.is_gone = True
        workspace.changed(old)
        post.ts, post.thread_ts, post.ephemeral_to = old.ts, old.thread_ts, old.ephemeral_to
        hook.post = post
    workspace.add(post)
