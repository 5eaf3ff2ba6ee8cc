import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { ArgumentError, type OwnNetworks } from "@eddyflow/core";
import type { OwnModule } from "@eddyflow/experiments";
import { type Method, methods, type OwnNorms } from "@eddyflow/methods";
import type { System } from "@eddyflow/systems";

/** What an experiment module brings as values, by the names that its plain data have for them. */
export interface OwnValues {
  readonly networks: OwnNetworks;
  readonly norms: OwnNorms;
  readonly methods: readonly Method[];
  readonly systems: readonly System[];
  /** Where they come from; null where there are none. */
  readonly module: OwnModule | null;
}

/** The values of an experiment that brings none. */
export const noOwnValues: OwnValues = {
  networks: {},
  norms: {},
  methods: [],
  systems: [],
  module: null,
};

/** What can be trained: the methods of the project and one's own. */
export const everyMethod = (own: OwnValues): readonly Method[] => [...methods, ...own.methods];

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

/** A value as a method; refuses what is none, or one that there is already. */
async function methodOf(value: unknown, path: string): Promise<Method> {
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
  return value as Method;
}

const hasKey = (schema: unknown, key: string): boolean =>
  isRecord(Object(schema).shape) && Object.hasOwn(Object(schema).shape, key);

/** A value as a system; refuses what is none, or one that there is already. */
async function systemOf(value: Json, path: string): Promise<System> {
  const { systems } = await import("@eddyflow/systems");
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
  return value as unknown as System;
}

/** The values that were found in a module so far, by their kind and name. */
type FoundValues = Readonly<Record<"network" | "norm" | "method" | "system", Map<string, unknown>>>;

/** Notes a value of a module; refuses another of the same name, which would take the place of the first. */
function note(
  found: FoundValues,
  kind: keyof FoundValues,
  name: string,
  value: unknown,
  path: string,
): void {
  const known = found[kind];
  if (known.has(name) && known.get(name) !== value) {
    refuse(
      `${path}: there are two values for the ${kind} "${name}"`,
      "a name for each",
      "rename one",
    );
  }
  known.set(name, value);
}

/** The experiment with the names of the values in it in their place; the values are noted. */
async function namesFor(experiment: Json, path: string, found: FoundValues): Promise<Json> {
  const named: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(experiment)) {
    if (key === "data" && isRecord(value) && isRecord(value["system"])) {
      const { name } = await systemOf(value["system"], path);
      note(found, "system", name, value["system"], path);
      named[key] = { ...value, system: name };
    } else if (key === "network" && isRecord(value) && value["own"] !== undefined) {
      const name = nameOf(value["own"], path, "network.own");
      note(found, "network", name, value["own"], path);
      named[key] = { ...value, own: name };
    } else if (key === "norm" && isRecord(value) && value["kind"] === "own") {
      const name = nameOf(value["norm"], path, "norm.norm");
      note(found, "norm", name, value["norm"], path);
      named[key] = { ...value, norm: name };
    } else if (["small", "training", "models"].includes(key) && isRecord(value)) {
      named[key] = await namesFor(value, path, found);
    } else if (isRecord(value) && isRecord(value["norm"])) {
      named[key] = await namesFor(value, path, found);
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

/**
 * In what a module that a model was trained with differs from the one that was named, in words; null where it does not, or
 * where none of its name was.
 *
 * @param config - of a run, as its manifest holds it.
 * @param own - of the module that was named.
 */
export function changedModule(config: object, { module: named }: OwnValues): string | null {
  const { experiment } = config as { readonly experiment?: { readonly module?: OwnModule } };
  const module = experiment?.module;
  if (module === undefined || named === null || named.sha256 === module.sha256) return null;
  if (basename(named.path) !== basename(module.path)) return null;
  return `${named.path} has changed since it was trained with it (SHA-256 ${module.sha256.slice(0, 8)}…)`;
}

/**
 * An experiment of a module as plain data, with names in the place of the network, norms, methods and system that it
 * brings; and these values by their names.
 *
 * @throws ArgumentError for what is none, lacks a part, or has a name that is taken.
 */
export async function plainExperiment(
  experiment: Json,
  path: string,
): Promise<{ readonly experiment: Json; readonly own: OwnValues }> {
  const { methods: given, ...rest } = experiment;
  if (given !== undefined && !Array.isArray(given)) {
    refuse(`${path}: methods is no list`, "methods: [myMethod]", "write it as a list");
  }
  const found = { network: new Map(), norm: new Map(), method: new Map(), system: new Map() };
  for (const value of (given as readonly unknown[] | undefined) ?? []) {
    const method = await methodOf(value, path);
    note(found, "method", method.name, method, path);
  }
  const named = await namesFor(rest, path, found);
  const isPlain = Object.values(found).every(({ size }) => size === 0);
  if (given === undefined && isPlain) return { experiment, own: noOwnValues };
  const module: OwnModule = { path, sha256: await hashOf(path) };
  const own: OwnValues = {
    networks: Object.fromEntries(found.network),
    norms: Object.fromEntries(found.norm),
    methods: [...found.method.values()],
    systems: [...found.system.values()],
    module,
  };
  return { experiment: { ...named, module }, own };
}

/** What of an experiment has to be plain data: all but its methods, a system and functions. */
export function plainPart({ methods: _, ...experiment }: Json): Json {
  const { data } = experiment;
  return isRecord(data) && isRecord(data["system"])
    ? { ...experiment, data: { ...data, system: data["system"]["name"] } }
    : experiment;
}
