import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { readJson, writeJson } from "./json-file.mjs";
import { endOfOutput, findOnPath, run } from "./processes.mjs";

/** @typedef {import("./processes.mjs").Environment} Environment */

/** After this a refusal is not believed any more: a connection or a disk may be back. */
const refusalLastsMs = 3_600_000;

/** @param {string} root */
const outcomeFile = (root) => join(root, ".tools/native-outcome.json");

/**
 * Whether the command will compute on native TensorFlow if it can: not where another backend is asked for, nor to show a
 * help text, nor to simulate,
 * import or serve a page, which need no tensors.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Environment} env
 */
export function wantsNative(command, args, env) {
  const withoutTensors = ["simulator", "import", "playground"].includes(command);
  if (withoutTensors || args.includes("--help") || args.includes("-h")) return false;
  const flag = args.findLastIndex?.((arg) => /^--backend(=|$)/.test(arg)) ?? -1;
  const asked = args[flag]?.split("=")[1] ?? (flag >= 0 ? args[flag + 1] : undefined);
  return ["auto", "tensorflow"].includes(asked || env["EDDYFLOW_BACKEND"] || "auto");
}

/** What to do about native TensorFlow: nothing, `install`, or do without for a reason that still holds.
 * @typedef {{ readonly kind: "ready" } | { readonly kind: "install" } | { readonly kind: "refused"; readonly reason: string }} NativeState */

/**
 * @param {string} root
 * @param {Environment} env
 * @param {number} now milliseconds since 1970
 * @returns {NativeState}
 */
export function nativeState(root, env, now) {
  const outcome = readJson(outcomeFile(root));
  if (outcome === null || outcome.installer !== installerDigest(root)) return { kind: "install" };
  if (isInstalled(root, env)) return { kind: "ready" };
  const holds =
    typeof outcome.refused === "string" &&
    outcome.circumstances === circumstances(env) &&
    now - outcome.at >= 0 &&
    now - outcome.at < refusalLastsMs;
  return holds ? { kind: "refused", reason: outcome.refused } : { kind: "install" };
}

/**
 * Runs tooling/native and remembers how it ended, unless it was interrupted.
 * @param {string} root
 * @param {string} node
 * @param {{ env: Environment; signal: AbortSignal }} options
 * @returns {Promise<boolean>} whether the machine has it now
 */
export async function installNative(root, node, { env, signal }) {
  const script = join(root, "tooling/native/src/cli.ts");
  const {
    code,
    signal: killed,
    output,
  } = await run(node, [script], {
    cwd: root,
    env,
    signal,
    showStdout: true,
    onOutput: (chunk) => process.stderr.write(chunk),
  });
  signal.throwIfAborted();
  const reason = endOfOutput(output, 1).replace(/^native: /, "");
  const refused = code === 0 ? null : reason || `tooling/native ended with ${killed ?? code}`;
  writeJson(outcomeFile(root), {
    refused,
    installer: installerDigest(root),
    circumstances: circumstances(env),
    at: Date.now(),
  });
  return refused === null;
}

/**
 * Whether the files are there, of the sizes that their manifest names.
 * @param {string} root
 * @param {Environment} env
 */
function isInstalled(root, env) {
  const folder = env["EDDYFLOW_NATIVE"] || join(root, ".tools/native");
  const files = Object.entries(readJson(join(folder, "manifest.json"))?.files ?? {});
  return (
    files.length > 0 &&
    files.every(([name, { bytes }]) => {
      try {
        return statSync(join(folder, name)).size === bytes;
      } catch {
        return false;
      }
    })
  );
}

/** What a refusal may have been due to. @param {Environment} env */
function circumstances(env) {
  const tools = ["g++", "pip", "pip3", "python3"].map((name) => findOnPath(name, env));
  return JSON.stringify([process.platform, process.arch, env["EDDYFLOW_NATIVE"] ?? null, ...tools]);
}

/** The folders that decide what an install holds: the installer and the sources that it compiles. */
const installerFolders = [
  "tooling/native/src",
  "packages/native/src",
  "packages/backend/src/tensorflow/kernels",
];

/** Changes with each file of {@link installerFolders}, tests aside. @param {string} root */
function installerDigest(root) {
  const hash = createHash("sha256");
  for (const folder of installerFolders) {
    for (const name of readdirSync(join(root, folder)).sort()) {
      if (name.endsWith(".test.ts")) continue;
      hash.update(`${folder}/${name}\0`).update(readFileSync(join(root, folder, name)));
    }
  }
  return hash.digest("hex");
}
