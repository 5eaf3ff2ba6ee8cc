import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { enableCompileCache, registerHooks, stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

// Preloaded with `--import` by whatever starts a command. Node strips the types of every file at every start: 4 ms a file,
// and 60 ms for the stripper itself. What is left of a file is kept here instead, beside its compiled form.

const folder = fileURLToPath(new URL("../../../node_modules/.cache/eddyflow", import.meta.url));

/** @param {string} text */
const digest = (text) => createHash("sha256").update(text).digest("hex");

/** Strips without the warning that this is experimental: Node does the same by itself, and says nothing.
 * @param {string} text */
function strip(text) {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(text);
  } finally {
    process.emitWarning = emitWarning;
  }
}

/**
 * Keeps a text. A folder that cannot be written costs time and nothing else.
 * @param {string} path
 * @param {string} text
 */
function keep(path, text) {
  const part = `${path}.${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(part, text);
    renameSync(part, path);
  } catch {
    rmSync(part, { force: true });
  }
}

/** @param {string} path */
function readKept(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/**
 * The text of a file without its types: the kept one, which ends with the digest of what it was made from and of itself,
 * or a new one.
 * @param {string} path
 */
function strippedText(path) {
  const text = readFileSync(path, "utf8");
  const kept = join(folder, `${digest(path)}.js`);
  const old = readKept(kept);
  const end = old.lastIndexOf("\n//");
  const stripped = end < 0 ? "" : old.slice(0, end);
  /** @param {string} made */
  const mark = (made) => digest(`${process.version}\n${text}\n${made}`);
  if (end >= 0 && old.slice(end + 3) === mark(stripped)) return stripped;
  const made = strip(text);
  keep(kept, `${made}\n//${mark(made)}`);
  return made;
}

enableCompileCache(join(folder, "compiled"));
registerHooks({
  load(url, context, next) {
    if (context.format !== "module-typescript") return next(url, context);
    try {
      return { format: "module", source: strippedText(fileURLToPath(url)), shortCircuit: true };
    } catch {
      // Node says better what is wrong with a file.
      return next(url, context);
    }
  },
});
