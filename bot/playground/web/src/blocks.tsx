// Blocks as Slack draws them: what is only looked at by slack-blocks-to-jsx, what is pressed or filled in by us.
import { options } from "preact";
import type { ComponentChildren } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { Message } from "slack-blocks-to-jsx";
import { Chart, DataTable } from "./data";
import { Icon } from "./icons";
import { rich, shown } from "./mrkdwn";
import { named, store } from "./state";
import type { Json } from "./state";

export type Use = (action: string, value?: unknown) => void;
export type Fields = { values: Json; errors: Record<string, string>; set: (block: string, value: unknown) => void };

// The library gives every message the same id; its styles hang on the class of that name (see build.mjs).
const before = options.vnode;
options.vnode = (vnode) => {
  const props = vnode.props as Json;
  if (props && props.id === "slack_blocks_to_jsx") delete props.id;
  before?.(vnode);
};

const FIELDS = ["plain_text_input", "number_input", "email_text_input", "url_text_input"];

export function Blocks({ blocks, use, fields, busy }: {
  blocks: Json[]; use: Use; fields?: Fields; busy?: string;
}): ComponentChildren {
  return blocks.map((block, index) => {
    const key = block.block_id ?? `${block.type}${index}`;
    switch (block.type) {
      case "actions":
      case "context_actions":
        return (
          <div key={key} class={`row ${block.type}`}>
            {block.elements.map((each: Json) => <Element key={each.action_id} element={each} use={use} busy={busy} />)}
          </div>
        );
      case "section":
        return (
          <div key={key} class="section">
            <div class="grows">
              {block.text && <Drawn block={rich(block.text)} />}
              {block.fields && <div class="pairs">{block.fields.map((each: Json) => <Drawn block={rich(each)} />)}</div>}
            </div>
            {block.accessory && <Element element={block.accessory} use={use} busy={busy} />}
          </div>
        );
      case "context":
        return (
          <div key={key} class="small">
            {block.elements.map((each: Json) => each.type === "image" ? <Picture image={each} /> : <Drawn block={rich(each)} />)}
          </div>
        );
      case "header":
        return <h3 key={key} class="heading">{shown(block.text)}</h3>;
      case "table":
        return <Drawn key={key} block={{ ...block, rows: block.rows.map((row: Json[]) => row.map(asRich)) }} />;
      case "input":
        return <Field key={key} block={block} use={use} fields={fields} />;
      case "image":
        return <Picture key={key} image={block} />;
      case "data_table":
        return <DataTable key={key} block={block} cell={(cell) => <Cell cell={cell} />} />;
      case "data_visualization":
        return <Chart key={key} block={block} />;
      default:
        return <Drawn key={key} block={block} />;
    }
  });
}

export function Cell({ cell }: { cell: Json }) {
  if (cell.type === "rich_text") return <Drawn block={cell} />;
  return <>{cell.type === "raw_number" ? (cell.text ?? String(cell.value ?? "")) : String(cell.text ?? "")}</>;
}

/** A cell whose text stays as it is: the library would read marks in it. */
const asRich = (cell: Json): Json => cell.type === "rich_text" ? cell : {
  type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text: String(cell.text ?? "") }] }],
};

/** A text of mrkdwn, which a message without blocks has. */
export const Text = ({ text }: { text: string }) => <Drawn block={rich({ type: "mrkdwn", text })} />;

/** Blocks as the library draws them. */
export function Drawn({ block, blocks = [block!] }: { block?: Json; blocks?: Json[] }) {
  const people = (store.place?.people ?? []).map(({ id, name }) => ({ id, name }));
  const channels = (store.place?.channels ?? []).map(({ id, name }) => ({ id, name }));
  return (
    <Message
      withoutWrapper
      theme="light"
      logo=""
      name=""
      blocks={literal(blocks)}
      data={{ users: [...people, { id: store.place?.bot ?? "", name: "jigyo" }], channels }}
      hooks={{
        user: ({ id }: Json) => <span class="mention">@{named(id).name}</span>,
        channel: ({ id, name }: Json) => (
          <span class="mention">#{channels.find((each) => each.id === id)?.name ?? name ?? id}</span>
        ),
        link: ({ href, children }: Json) =>
          /^https?:/.test(href) ? (
            <a href={href} target="_blank" rel="noopener noreferrer">{children}</a>
          ) : (
            <span>{children}</span>
          ),
      } as any}
    />
  );
}

/** The block without what the library takes for something else: ids for the page's, `verbatim` for no markup. */
function literal(node: any): any {
  if (Array.isArray(node)) return node.map(literal);
  if (node === null || typeof node !== "object") return node;
  const { block_id: _, verbatim: __, ...rest } = node;
  return Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, literal(value)]));
}

export function Picture({ image }: { image: Json }) {
  const title = shown(image.title);
  const file = image.slack_file?.id ?? image.id;
  return (
    <figure class="picture">
      {title && <figcaption>{title}</figcaption>}
      {file ? <img src={`/files/${encodeURIComponent(file)}`} alt={image.alt_text ?? ""} />
        : <p class="quiet">画像（{image.alt_text}）は、このページでは開きません。</p>}
    </figure>
  );
}

function Element({ element, use, busy }: { element: Json; use: Use; busy?: string }): ComponentChildren {
  const action: string = element.action_id;
  const waits = busy === action;
  switch (element.type) {
    case "button":
      if (element.url) {
        return <a class="button" href={element.url} target="_blank" rel="noopener noreferrer">{shown(element.text)}</a>;
      }
      return (
        <button type="button" class={`button ${element.style ?? ""}`} aria-busy={waits} data-action={action}
          aria-label={element.accessibility_label} onClick={() => use(action)}>
          {shown(element.text)}
        </button>
      );
    case "feedback_buttons":
      return (
        <span class="feedback" role="group" aria-label="ご意見">
          {(["positive", "negative"] as const).map((side) => {
            const given = element[`${side}_button`];
            return (
              <button type="button" key={side} data-action={action} aria-label={given.accessibility_label}
                onClick={() => use(action, side)}>
                <Icon name={side === "positive" ? "up" : "down"} /> {shown(given.text)}
              </button>
            );
          })}
        </span>
      );
    case "icon_button":
      return (
        <button type="button" class="button" data-action={action} onClick={() => use(action)}
          aria-label={element.accessibility_label}>
          {shown(element.text)}
        </button>
      );
    case "overflow":
      return <Menu element={element} use={use} label="その他の操作" />;
    case "image":
      return <Picture image={element} />;
    default:
      return <Input element={element} label={(element.placeholder && shown(element.placeholder)) ?? "選ぶ"} onValue={(value) => use(action, value)} />;
  }
}

function Menu({ element, use, label }: { element: Json; use: Use; label: string }) {
  const menu = useRef<HTMLDetailsElement>(null);
  return (
    <details class="menu" ref={menu} onKeyDown={(event) => {
      if (event.key === "Escape" && menu.current?.open) {
        event.stopPropagation();
        menu.current.open = false;
        menu.current.querySelector("summary")?.focus();
      }
    }}>
      <summary aria-label={label} class="button">…</summary>
      <div class="menu-items">
        {element.options.map((each: Json) => (
          <button type="button" key={each.value} onClick={() => {
            if (menu.current) menu.current.open = false;
            use(element.action_id, each.value);
          }}>{shown(each.text)}</button>
        ))}
      </div>
    </details>
  );
}

/** What stands in a field when it is opened. */
export function initial(element: Json): unknown {
  switch (element.type) {
    case "checkboxes":
    case "multi_static_select":
      return (element.initial_options ?? []).map((each: Json) => each.value);
    case "static_select":
    case "radio_buttons":
      return element.initial_option?.value ?? "";
    case "datepicker":
      return element.initial_date ?? "";
    case "timepicker":
      return element.initial_time ?? "";
    default:
      return element.initial_value ?? element.initial_user ?? element.initial_conversation ?? "";
  }
}

function Field({ block, use, fields }: { block: Json; use: Use; fields?: Fields }) {
  const id = useId();
  const { element, label, hint, optional } = block;
  const error = fields?.errors[block.block_id];
  const set = (value: unknown) => {
    fields?.set(block.block_id, value);
    if (block.dispatch_action && !FIELDS.includes(element.type)) use(element.action_id, value);
  };
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  const isGroup = element.type === "checkboxes" || element.type === "radio_buttons";
  const name = <>{shown(label)}{optional && <span class="quiet">（任意）</span>}</>;
  const input = (
    <Input element={element} id={id} value={fields ? fields.values[block.block_id] : undefined} onValue={set}
      invalid={Boolean(error)} described={described} required={!optional && Boolean(fields)}
      onEnter={block.dispatch_action ? (value) => use(element.action_id, value) : undefined} />
  );
  return (
    <div class={`field ${error ? "wrong" : ""}`}>
      {isGroup ? <fieldset aria-describedby={described}><legend>{name}</legend>{input}</fieldset>
        : <><label for={id}>{name}</label>{input}</>}
      {error && <p class="error" id={`${id}-error`} role="alert">{error}</p>}
      {hint && <p class="hint" id={`${id}-hint`}>{shown(hint)}</p>}
    </div>
  );
}

function Input({ element, id, label, value, onValue, onEnter, invalid, described, required }: {
  element: Json; id?: string; label?: string; value?: unknown; onValue: (value: unknown) => void;
  onEnter?: (value: string) => void; invalid?: boolean; described?: string; required?: boolean;
}): ComponentChildren {
  const own = useId();
  const [kept, keep] = useState(() => initial(element));
  const held = value === undefined ? kept : value;
  const set = (given: unknown) => {
    keep(given);
    onValue(given);
  };
  const common = {
    id, "aria-label": label, "aria-invalid": invalid || undefined, "aria-describedby": described,
    "aria-required": required || undefined, "data-action": element.action_id,
  };
  const chosen = (held ?? []) as string[];
  switch (element.type) {
    case "checkboxes":
    case "multi_static_select":
    case "radio_buttons": {
      const isOne = element.type === "radio_buttons";
      return (
        <div class="choices">
          {element.options.map((each: Json) => (
            <label key={each.value}>
              <input type={isOne ? "radio" : "checkbox"} name={own} value={each.value} aria-describedby={described}
                checked={isOne ? held === each.value : chosen.includes(each.value)}
                onChange={(event) => set(
                  isOne ? each.value
                    : event.currentTarget.checked ? [...chosen, each.value]
                      : chosen.filter((one) => one !== each.value),
                )} />
              <span>{shown(each.text)}</span>
            </label>
          ))}
        </div>
      );
    }
    case "static_select":
    case "users_select":
    case "conversations_select":
    case "channels_select": {
      const places = element.type === "users_select"
        ? (store.place?.people ?? []).map(({ id, name, role }) => ({ value: id, text: { text: `${name}（${role}）` } }))
        : (store.place?.channels ?? []).map(({ id, name }) => ({ value: id, text: { text: `#${name}` } }));
      const groups: Json[] = element.option_groups ?? [{ options: element.options ?? places }];
      const offered = groups.map((group) => {
        const listed = group.options.map((each: Json) => <option value={each.value}>{shown(each.text)}</option>);
        return group.label ? <optgroup label={shown(group.label)}>{listed}</optgroup> : listed;
      });
      return (
        <select {...common} value={String(held ?? "")} onChange={(event) => set(event.currentTarget.value)}>
          <option value="">{(element.placeholder && shown(element.placeholder)) ?? "選んでください"}</option>
          {offered}
        </select>
      );
    }
    case "datepicker":
    case "timepicker":
      return <input {...common} type={element.type === "datepicker" ? "date" : "time"} value={String(held ?? "")}
        onInput={(event) => set(event.currentTarget.value)} />;
    default: {
      const text = {
        ...common, value: String(held ?? ""), placeholder: (element.placeholder && shown(element.placeholder)) ?? "",
        maxLength: element.max_length ?? 3000,
      };
      if (element.multiline) return <textarea {...text} rows={4} onInput={(event) => set(event.currentTarget.value)} />;
      return (
        <input {...text} type="text" inputMode={element.type === "number_input" ? "decimal" : undefined}
          onInput={(event) => set(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && onEnter && !event.isComposing) {
              event.preventDefault();
              onEnter(event.currentTarget.value);
            }
          }} />
      );
    }
  }
}
