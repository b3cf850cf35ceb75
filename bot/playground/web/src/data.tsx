// The two blocks of data that the library cannot draw, or not in Japanese.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Json } from "./state";

const plain = (cell: Json): string =>
  cell.type === "rich_text"
    ? (cell.elements ?? []).flatMap((part: Json) => (part.elements ?? []).map((each: Json) => each.text ?? "")).join("")
    : String(cell.text ?? cell.value ?? "");

const numeric = (cell: Json): number | null =>
  cell.type === "raw_number" ? Number(cell.value ?? String(cell.text).replaceAll(",", "")) : null;

const WIDEST = 7; // characters of a column that stand on one line at least, however narrow the screen

/** A data_table: its rows sorted, filtered and paged here, as Slack's clients do. */
export function DataTable({ block, cell }: { block: Json; cell: (cell: Json) => ComponentChildren }) {
  const [sorted, sort] = useState<{ column: number; down: boolean } | null>(null);
  const [words, filter] = useState("");
  const [page, turn] = useState(0);
  const [head, ...body] = block.rows as Json[][];
  const size: number = block.page_size ?? 5;
  const kept = body.filter((row) => row.some((each) => plain(each).includes(words)));
  const ordered = sorted === null ? kept : [...kept].sort((a, b) => {
    const [one, other] = [a[sorted.column], b[sorted.column]];
    const [x, y] = [numeric(one), numeric(other)];
    const order = x !== null && y !== null ? x - y : plain(one).localeCompare(plain(other), "ja", { numeric: true });
    return sorted.down ? -order : order;
  });
  const pages = Math.max(1, Math.ceil(ordered.length / size));
  const at = Math.min(page, pages - 1);
  const widths = head.map((_, column) => Math.min(WIDEST, Math.max(...body.map((row) => plain(row[column]).length))));
  const caption: string = block.caption?.text ?? block.caption ?? "表";
  return (
    <div class="data">
      {body.length > size && (
        <input type="search" class="filter" aria-label={`「${caption}」を絞り込む`} placeholder="絞り込み" value={words}
          onInput={(event) => { filter(event.currentTarget.value); turn(0); }} />
      )}
      <div class="scrolls" tabIndex={0} role="region" aria-label={caption}>
        <table>
          <caption>{caption}</caption>
          <thead>
            <tr>
              {head.map((each, column) => {
                const is = sorted?.column === column ? (sorted.down ? "descending" : "ascending") : "none";
                return (
                  <th scope="col" aria-sort={is}>
                    <button type="button" onClick={() => sort({ column, down: is === "ascending" })}>
                      {cell(each)}
                      <span aria-hidden="true">{is === "none" ? "" : is === "ascending" ? " ▲" : " ▼"}</span>
                    </button>
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {ordered.slice(at * size, (at + 1) * size).map((row) => (
              <tr>
                {row.map((each, column) => (
                  <td class={each.type === "raw_number" ? "number" : ""} style={{ minWidth: `${widths[column]}em` }}>{cell(each)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {pages > 1 && (
        <div class="row pager">
          <button type="button" class="button" disabled={at === 0} onClick={() => turn(at - 1)}>前へ</button>
          <span>{at + 1} / {pages}</span>
          <button type="button" class="button" disabled={at === pages - 1} onClick={() => turn(at + 1)}>次へ</button>
        </div>
      )}
    </div>
  );
}

const COLOURS = ["#1264a3", "#2bac76", "#e8912d", "#7c3085", "#cd2553", "#38978d", "#8c6d31", "#5b6770"];
const [WIDE, HIGH, LEFT, BASE, TOP] = [520, 260, 64, 222, 12];

type Series = { name: string; data: { label: string; value: number }[] };

/** A data_visualization: pie, or bars, lines and areas over shared categories; its figures as a table below. */
export function Chart({ block }: { block: Json }) {
  const title: string = block.title?.text ?? block.title ?? "図";
  const chart: Json = block.chart;
  const series: Series[] = chart.type === "pie"
    ? [{ name: title, data: chart.segments }]
    : (chart.series ?? []).map((each: Json) => ({ name: String(each.name ?? ""), data: each.data }));
  const labels: string[] = chart.axis_config?.categories ?? series[0]?.data.map((each) => each.label) ?? [];
  const valueOf = (each: Series, label: string, index: number) =>
    Number((each.data.find((point) => point.label === label) ?? each.data[index])?.value ?? 0);
  const legend = chart.type === "pie" ? labels : series.map((each) => each.name);
  return (
    <figure class="chart">
      <figcaption>{title}{chart.axis_config?.y_label && <span class="quiet">（{chart.axis_config.y_label}）</span>}</figcaption>
      <svg viewBox={`0 0 ${WIDE} ${HIGH}`} role="img" aria-label={`${title}の図。数字は下の表にあります。`}>
        {chart.type === "pie" ? <Pie values={series[0].data.map((each) => Number(each.value))} />
          : <Axes type={chart.type} labels={labels} rows={series.map((each) => labels.map((l, i) => valueOf(each, l, i)))} />}
      </svg>
      {legend.length > 1 && (
        <ul class="legend" aria-hidden="true">
          {legend.map((name, index) => (
            <li><svg viewBox="0 0 10 10"><rect width="10" height="10" fill={COLOURS[index % COLOURS.length]} /></svg>{name}</li>
          ))}
        </ul>
      )}
      <details>
        <summary>数字を見る</summary>
        <table>
          <thead><tr><th scope="col">項目</th>{series.map((each) => <th scope="col">{each.name}</th>)}</tr></thead>
          <tbody>
            {labels.map((label, index) => (
              <tr>
                <th scope="row">{label}</th>
                {series.map((each) => <td class="number">{valueOf(each, label, index).toLocaleString("ja-JP")}</td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

function Pie({ values }: { values: number[] }) {
  const all = values.reduce((sum, each) => sum + each, 0) || 1;
  const on = (share: number) => {
    const angle = 2 * Math.PI * share - Math.PI / 2;
    return `${WIDE / 2 + 100 * Math.cos(angle)} ${HIGH / 2 + 100 * Math.sin(angle)}`;
  };
  let from = 0;
  return (
    <>
      {values.map((value, index) => {
        const [start, end] = [from, from + value / all];
        from = end;
        const fill = COLOURS[index % COLOURS.length];
        if (value === all) return <circle cx={WIDE / 2} cy={HIGH / 2} r="100" fill={fill} />;
        const large = end - start > 0.5 ? 1 : 0;
        return <path fill={fill} stroke="#fff" d={`M${WIDE / 2} ${HIGH / 2}L${on(start)}A100 100 0 ${large} 1 ${on(end)}Z`} />;
      })}
    </>
  );
}

function Axes({ type, labels, rows }: { type: string; labels: string[]; rows: number[][] }) {
  const values = rows.flat();
  const least = Math.min(0, ...values);
  const span = (Math.max(...values, 0) - least) || 1;
  const y = (value: number) => BASE - ((value - least) / span) * (BASE - TOP);
  const step = (WIDE - LEFT - 8) / Math.max(1, labels.length);
  const x = (index: number) => LEFT + step * (index + 0.5);
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => least + span * share);
  const bar = (step * 0.7) / Math.max(1, rows.length);
  const skip = Math.ceil(labels.length / 10);
  return (
    <>
      {ticks.map((value) => (
        <g class="axis">
          <line x1={LEFT} x2={WIDE - 8} y1={y(value)} y2={y(value)} />
          <text x={LEFT - 6} y={y(value) + 4} text-anchor="end">{short(value)}</text>
        </g>
      ))}
      {labels.map((label, index) => index % skip === 0 && (
        <text class="axis" x={x(index)} y={BASE + 18} text-anchor="middle">{label.length > 6 ? `${label.slice(0, 5)}…` : label}</text>
      ))}
      {rows.map((row, number) => {
        const colour = COLOURS[number % COLOURS.length];
        if (type === "bar") {
          return row.map((value, index) => (
            <rect fill={colour} x={x(index) - (bar * rows.length) / 2 + bar * number} width={bar}
              y={Math.min(y(value), y(0))} height={Math.abs(y(value) - y(0))} />
          ));
        }
        const points = row.map((value, index) => `${x(index)} ${y(value)}`);
        return (
          <g>
            {type === "area" && <path fill={colour} fill-opacity="0.25" d={`M${x(0)} ${y(0)}L${points.join("L")}L${x(row.length - 1)} ${y(0)}Z`} />}
            <path fill="none" stroke={colour} stroke-width="2.5" d={`M${points.join("L")}`} />
            {row.map((value, index) => <circle fill={colour} r="3" cx={x(index)} cy={y(value)} />)}
          </g>
        );
      })}
    </>
  );
}

const short = (value: number): string =>
  Math.abs(value) >= 1e8 ? `${+(value / 1e8).toFixed(1)}億` : Math.abs(value) >= 1e4 ? `${+(value / 1e4).toFixed(1)}万`
    : `${+value.toFixed(1)}`;
