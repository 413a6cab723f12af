// Bundle src/ into static/ and record the hash of the sources each bundle was made from.
// Usage: node build.mjs [output folder]
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(here, "static");

await build({
  absWorkingDir: here,
  entryPoints: ["rfm_explorer", "lifecycle_explorer", "clv_explorer", "quiz"].flatMap((name) => [
    `src/${name}.js`,
    `src/${name}.css`,
  ]),
  outdir: out,
  bundle: true,
  minify: true,
  charset: "utf8",
  format: "esm",
  target: ["es2022"],
  legalComments: "none",
  logLevel: "warning",
});

const hash = createHash("sha256");
const sources = readdirSync(join(here, "src")).sort().map((name) => `src/${name}`);
for (const name of ["build.mjs", "package.json", ...sources]) {
  hash.update(`${name}\n${readFileSync(join(here, name), "utf8")}\n`);
}
writeFileSync(join(out, "sources.sha256"), `${hash.digest("hex")}\n`);
