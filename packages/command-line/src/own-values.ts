import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { ArgumentError, addNetwork, type OwnNetwork } from "@eddyflow/core";
import type { OwnModule } from "@eddyflow/experiments";
import { addMethod, addNorm, type Method, methods, type OwnNorm } from "@eddyflow/methods";
import type { System } from "@eddyflow/systems";

type Json = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function refuse(problem: string, expected: string, remedy: string): never {
  throw new ArgumentError({ problem, expected, remedy });
}

/** The name that a function of the module is stored by. */
function nameOf(value: unknown, path: string, what: string): string {
  if (typeof value !== "function") {
    return refuse(
      `${path}: ${what} is ${JSON.stringify(value) ?? "undefined"}`,
      "a function",
      "give the function itself, not its name",
    );
  }
  if (/^[\w$]+$/u.test(value.name)) return value.name;
  return refuse(
    `${path}: ${what} is a function without a name`,
    "a name, by which runs know it again",
    "write const myName = … and give myName",
  );
}

const isText = (value: unknown): value is string => typeof value === "string";

/** Refuses a value that is no method, or one that there is already. */
async function joinMethod(value: unknown, path: string): Promise<void> {
  const { name, about, needsTeacher, recipe, learner } = Object(value) as Partial<Method>;
  if (!isText(name) || !/^[a-z][a-z0-9_]*$/u.test(name)) {
    refuse(
      `${path}: a method is called ${JSON.stringify(name) ?? "nothing"}`,
      "small letters, digits and _",
      "correct its name",
    );
  }
  if ([...methods.map((method) => method.name as string), "multistage"].includes(name as string)) {
    refuse(
      `${path}: there is a method "${name}" already`,
      "a name of its own",
      "call yours otherwise",
    );
  }
  const isWhole =
    isText(about) &&
    (typeof needsTeacher === "boolean" || needsTeacher === "optional") &&
    typeof recipe === "function" &&
    typeof learner === "function";
  if (!isWhole) {
    refuse(
      `${path}: the method "${name}" is not whole`,
      "{ name, about, needsTeacher, recipe, learner }, as defineMethod of @eddyflow/methods takes it",
      "add what is missing",
    );
  }
  const parts = await import("@eddyflow/methods/recipe-parts");
  const missing = Object.keys(parts.training()).find(
    (key) => key !== "norm" && !hasKey((value as Method).recipe(parts), key),
  );
  if (missing !== undefined) {
    refuse(
      `${path}: the recipe of the method "${name}" lacks "${missing}"`,
      "the keys of every training",
      "spread training() into it: z.strictObject({ ...training(), … })",
    );
  }
  addMethod(value as Method);
}

const hasKey = (schema: unknown, key: string): boolean =>
  isRecord(Object(schema).shape) && Object.hasOwn(Object(schema).shape, key);

/** Refuses a value that is no system, or one that there is already. */
async function joinSystem(value: Json, path: string): Promise<string> {
  const { addSystem, systems } = await import("@eddyflow/systems");
  const { name, layout, prepare, recipe } = value;
  if (!isText(name)) {
    return refuse(`${path}: data.system has no name`, "a System of @eddyflow/systems", "add it");
  }
  if ([...systems.map((system) => system.name as string), "files"].includes(name)) {
    refuse(
      `${path}: there is a system "${name}" already`,
      "a name of its own",
      "call yours otherwise",
    );
  }
  const tag = Object(Object(Object(recipe).shape)["system"]);
  if (typeof layout !== "function" || typeof prepare !== "function" || tag.value !== name) {
    refuse(
      `${path}: the system "${name}" is not whole`,
      `{ name, about, recipe, layout, prepare } with system: z.literal("${name}") in the recipe`,
      "add what is missing",
    );
  }
  addSystem(value as unknown as System);
  return name;
}

/** What a module brings, by its kind and name. */
type Joined = Map<string, unknown>;

/** Notes what a module brings; refuses another value of the same name, which would take the place of the first. */
function note(joined: Joined, kind: string, name: string, value: unknown, path: string): void {
  const entry = `${kind} "${name}"`;
  if (joined.has(entry) && joined.get(entry) !== value) {
    refuse(`${path}: there are two values for the ${entry}`, "a name for each", "rename one");
  }
  joined.set(entry, value);
}

/** The experiment with the functions in it joined to their lists, and their names in their place. */
async function namesFor(experiment: Json, path: string, joined: Joined): Promise<Json> {
  const named: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(experiment)) {
    if (key === "data" && isRecord(value) && isRecord(value["system"])) {
      const name = await joinSystem(value["system"], path);
      note(joined, "system", name, value["system"], path);
      named[key] = { ...value, system: name };
    } else if (key === "network" && isRecord(value) && value["own"] !== undefined) {
      const name = nameOf(value["own"], path, "network.own");
      note(joined, "network", name, value["own"], path);
      addNetwork(name, value["own"] as OwnNetwork);
      named[key] = { ...value, own: name };
    } else if (key === "norm" && isRecord(value) && value["kind"] === "own") {
      const name = nameOf(value["norm"], path, "norm.norm");
      note(joined, "norm", name, value["norm"], path);
      addNorm(name, value["norm"] as OwnNorm);
      named[key] = { ...value, norm: name };
    } else if (["small", "training", "models"].includes(key) && isRecord(value)) {
      named[key] = await namesFor(value, path, joined);
    } else if (isRecord(value) && isRecord(value["norm"])) {
      named[key] = await namesFor(value, path, joined);
    } else named[key] = value;
  }
  return named;
}

/** A module, and what it imports by a relative path, in the order of reading. */
async function filesOf(
  path: string,
  seen: Map<string, Buffer> = new Map(),
): Promise<Map<string, Buffer>> {
  if (seen.has(path)) return seen;
  // The module ran: what is missing is named in a comment, or for its types alone.
  const bytes = await readFile(path).catch(() => Buffer.alloc(0));
  seen.set(path, bytes);
  for (const [, imported = ""] of bytes
    .toString("utf8")
    .matchAll(/\b(?:from|import)\s*\(?\s*["'](\.[^"']+)["']/gu)) {
    await filesOf(resolve(dirname(path), imported), seen);
  }
  return seen;
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for (const bytes of (await filesOf(path)).values()) hash.update(bytes);
  return hash.digest("hex");
}

/** The modules that this process has run, with their hashes. */
const loaded = new Map<string, string>();

/**
 * In what a module that a model was trained with differs from the one that was named, in words; null where it does not, or
 * where none of its name was.
 *
 * @param config - of a run, as its manifest holds it.
 */
export function changedModule(config: object): string | null {
  const { experiment } = config as { readonly experiment?: { readonly module?: OwnModule } };
  const module = experiment?.module;
  if (module === undefined || [...loaded.values()].includes(module.sha256)) return null;
  const named = [...loaded.keys()].find((path) => basename(path) === basename(module.path));
  if (named === undefined) return null;
  return `${named} has changed since it was trained with it (SHA-256 ${module.sha256.slice(0, 8)}…)`;
}

/**
 * An experiment of a module as plain data: the network, norms, methods and system that it brings join their lists for this
 * process, and their names take their place.
 *
 * @throws ArgumentError for what is none, lacks a part, or has a name that is taken.
 */
export async function plainExperiment(experiment: Json, path: string): Promise<Json> {
  const { methods: own, ...rest } = experiment;
  if (own !== undefined && !Array.isArray(own)) {
    refuse(`${path}: methods is no list`, "methods: [myMethod]", "write it as a list");
  }
  const joined: Joined = new Map();
  for (const method of (own as readonly unknown[] | undefined) ?? []) {
    await joinMethod(method, path);
    note(joined, "method", (method as Method).name, method, path);
  }
  const named = await namesFor(rest, path, joined);
  if (own === undefined && joined.size === 0) return experiment;
  const module: OwnModule = { path, sha256: await hashOf(path) };
  loaded.set(path, module.sha256);
  return { ...named, module };
}

/** What of an experiment has to be plain data: all but its methods, a system and functions. */
export function plainPart({ methods: _, ...experiment }: Json): Json {
  const { data } = experiment;
  return isRecord(data) && isRecord(data["system"])
    ? { ...experiment, data: { ...data, system: data["system"]["name"] } }
    : experiment;
}
