// Builds ../static/page.js and page.css from src/, and writes down of which sources they are.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import * as esbuild from "esbuild";

const SOURCES = ["build.mjs", "package.json", "package-lock.json", "tsconfig.json"];

// The library's styles hang on an id, which every message would have; a class does the same, written three times so
// that they still go before its styles for bare elements.
const byClass = {
  name: "styles-by-class",
  setup(build) {
    build.onLoad({ filter: /slack-blocks-to-jsx.dist.style\.css$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replaceAll("#slack_blocks_to_jsx", ".slack_blocks_to_jsx".repeat(3)),
      loader: "css",
    }));
  },
};

const { metafile } = await esbuild.build({
  metafile: true,
  entryPoints: { page: "src/page.tsx" },
  outdir: "../static",
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "eof",
  alias: {
    react: "preact/compat",
    "react-dom": "preact/compat",
    "react/jsx-runtime": "preact/jsx-runtime",
    "node-emoji": "./src/emoji.ts",
  },
  define: { "process.env.NODE_ENV": '"production"' },
  plugins: [byClass],
});

// The licences of what the page is made of, which their texts ask to go with it.
const packages = new Set(
  Object.keys(metafile.inputs).flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []),
);
const texts = new Map();
for (const name of [...packages].sort()) {
  const folder = `node_modules/${name}`;
  const { license, version } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  const text = file && existsSync(`${folder}/${file}`) ? readFileSync(`${folder}/${file}`, "utf8").trim() : license;
  texts.set(text, [...(texts.get(text) ?? []), `${name} ${version} (${license})`]);
}
const told = [...texts].map(([text, names]) => `${names.join("\n")}\n\n${text}\n`);
writeFileSync("../static/licenses.txt", told.join(`\n${"-".repeat(80)}\n\n`));

const digest = createHash("sha256");
for (const name of [...SOURCES, ...readdirSync("src").map((each) => `src/${each}`)].sort()) {
  digest.update(`${name}\n`).update(readFileSync(name));
}
writeFileSync("../static/sources.sha256", `${digest.digest("hex")}\n`);
