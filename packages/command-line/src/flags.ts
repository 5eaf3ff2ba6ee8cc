import { parseArgs } from "node:util";
import { ArgumentError, type ErrorDetails } from "@eddyflow/core";
import { didYouMean } from "./nearest.ts";

/** One flag of a command: what follows it and what it does. */
export type FlagSpec =
  | { readonly type: "boolean"; readonly about: string }
  | { readonly type: "string"; readonly value: string; readonly about: string }
  /** A text that may be given several times. */
  | { readonly type: "list"; readonly value: string; readonly about: string }
  | {
      readonly type: "number" | "integer";
      readonly value: string;
      readonly about: string;
      readonly min?: number;
      readonly max?: number;
    }
  | { readonly type: "choice"; readonly choices: readonly string[]; readonly about: string };

/** What a command is called with. `--help` is understood by every command and not listed here. */
export interface CommandSpec {
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  /** The lines of the usage, e.g. `simulator <experiment> [options] [key.path=value …]`. */
  readonly usage: readonly string[];
  /** Lists of what the positionals may be, a line each, between usage and flags. */
  readonly lists?: readonly { readonly title: string; readonly rows: readonly string[] }[];
  /** By name without the dashes. */
  readonly flags: Readonly<Record<string, FlagSpec>>;
  /** Paragraphs below the flags: what the positionals may be, examples. */
  readonly notes?: readonly string[];
}

type FlagValue<F extends FlagSpec> = F extends { readonly type: "boolean" }
  ? boolean
  : F extends { readonly type: "number" | "integer" }
    ? number
    : F extends { readonly type: "list" }
      ? readonly string[]
      : F extends { readonly choices: readonly (infer C)[] }
        ? C
        : string;

/** What was typed. A flag that was not given is absent. */
export interface ParsedFlags<Flags extends Readonly<Record<string, FlagSpec>>> {
  readonly flags: { readonly [K in keyof Flags]?: FlagValue<Flags[K]> };
  readonly help: boolean;
  readonly positionals: readonly string[];
  /** The positionals of the form `key.path=value`. */
  readonly overrides: readonly string[];
}

const showValue = (spec: FlagSpec): string =>
  spec.type === "boolean" ? "" : spec.type === "choice" ? spec.choices.join("|") : spec.value;

function rangeOf(spec: Extract<FlagSpec, { type: "number" | "integer" }>): string {
  const kind = spec.type === "integer" ? "a whole number" : "a number";
  if (spec.min !== undefined && spec.max !== undefined) {
    return `${kind} from ${spec.min} to ${spec.max}`;
  }
  if (spec.min !== undefined) return `${kind} of at least ${spec.min}`;
  if (spec.max !== undefined) return `${kind} of at most ${spec.max}`;
  return kind;
}

function readValue(name: string, spec: FlagSpec, text: string | undefined) {
  if (spec.type === "boolean") {
    if (text === undefined) return true;
    throw new ArgumentError({
      problem: `--${name} takes no value, got "${text}"`,
      expected: `--${name} alone`,
      remedy: `leave "=${text}" out`,
    });
  }
  if (text === undefined) {
    throw new ArgumentError({
      problem: `--${name} has no value`,
      expected: `--${name} ${showValue(spec)}`,
      remedy: "see --help",
    });
  }
  if (spec.type === "string" || spec.type === "list") return text;
  if (spec.type === "choice") {
    if (spec.choices.includes(text)) return text;
    throw new ArgumentError({
      problem: `--${name} cannot be "${text}"`,
      expected: spec.choices.join(", "),
      remedy: didYouMean(text, spec.choices),
    });
  }
  const value = text.trim() === "" ? Number.NaN : Number(text);
  const fits =
    Number.isFinite(value) &&
    (spec.type === "number" || Number.isSafeInteger(value)) &&
    value >= (spec.min ?? value) &&
    value <= (spec.max ?? value);
  if (fits) return value;
  throw new ArgumentError({
    problem: `--${name} cannot be "${text}"`,
    expected: rangeOf(spec),
    remedy: `give --${name} another value`,
  });
}

/**
 * Reads the arguments of a command. Flags may stand anywhere, as `--flag value` or `--flag=value`; of a repeated flag
 * the last counts, or all where it is a list; everything after `--` is positional.
 *
 * @throws ArgumentError for an unknown flag, naming the nearest one, and for a value that does not fit.
 */
export function parseFlags<const Flags extends Readonly<Record<string, FlagSpec>>>(
  argv: readonly string[],
  spec: CommandSpec & { readonly flags: Flags },
): ParsedFlags<Flags> {
  const { tokens } = parseArgs({
    // npm and pnpm pass a first "--" on.
    args: argv[0] === "--" ? argv.slice(1) : [...argv],
    options: Object.fromEntries([
      ...Object.entries(spec.flags).map(
        ([name, { type }]) =>
          [name, { type: type === "boolean" ? "boolean" : "string" } as const] as const,
      ),
      ["help", { type: "boolean", short: "h" } as const],
    ]),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const values: Record<string, string | number | boolean | readonly string[]> = {};
  const positionals: string[] = [];
  let help = false;
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    if (token.name === "help") {
      help = true;
      continue;
    }
    const flag = Object.hasOwn(spec.flags, token.name) ? spec.flags[token.name] : undefined;
    if (flag === undefined || !token.rawName.startsWith("--")) {
      const known = [...Object.keys(spec.flags), "help"].map((name) => `--${name}`);
      throw new ArgumentError({
        problem: `unknown flag "${token.rawName}"`,
        expected: known.join(", "),
        remedy: didYouMean(token.rawName, known),
      });
    }
    const forgotten = token.inlineValue === false && token.value.startsWith("--");
    const value = readValue(token.name, flag, forgotten ? undefined : token.value);
    const before = values[token.name];
    values[token.name] =
      flag.type === "list" ? [...(Array.isArray(before) ? before : []), String(value)] : value;
  }
  const isOverride = (text: string) => /^[\w-]+(\.[\w-]+)*=/u.test(text);
  return {
    flags: values as ParsedFlags<Flags>["flags"],
    help,
    positionals: positionals.filter((text) => !isOverride(text)),
    overrides: positionals.filter(isOverride),
  };
}

function wrap(text: string, width: number, indent: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join(`\n${indent}`);
}

/** The text of `--help`: usage, one aligned line or more for each flag, notes. */
export function helpText(spec: CommandSpec): string {
  const rows = [
    ...Object.entries(spec.flags).map(
      ([name, flag]) => [`--${name} ${showValue(flag)}`.trimEnd(), flag.about] as const,
    ),
    ["--help", "show this text"] as const,
  ];
  const column = Math.min(28, Math.max(...rows.map(([left]) => left.length))) + 2;
  const indent = " ".repeat(2 + column);
  const flags = rows.map(([left, about]) => {
    const gap = left.length + 2 > column ? `\n${indent}` : " ".repeat(column - left.length);
    return `  ${left}${gap}${wrap(about, 96 - column, indent)}`;
  });
  return [
    `${spec.name}: ${spec.about}`,
    "",
    ...spec.usage.map((line, i) => `${i === 0 ? "Usage: " : "       "}${line}`),
    ...(spec.lists ?? []).flatMap(({ title, rows }) => ["", title, ...rows]),
    "",
    "Options:",
    ...flags,
    ...(spec.notes ?? []).flatMap((note) => ["", wrap(note, 98, "")]),
    "",
  ].join("\n");
}

const refuseWord = (word: string): ErrorDetails => ({
  problem: `unknown "${word}"`,
  expected: "flags alone",
  remedy: "see --help",
});

/**
 * The flags of a command that takes nothing else, or null where its help was asked for, which is then shown.
 *
 * @param refuse - what to say of a word that is no flag; just that, unless given.
 * @throws ArgumentError for such a word, and as `parseFlags` does.
 */
export function onlyFlags<const Flags extends Readonly<Record<string, FlagSpec>>>(
  argv: readonly string[],
  spec: CommandSpec & { readonly flags: Flags },
  refuse: (word: string) => ErrorDetails = refuseWord,
): ParsedFlags<Flags>["flags"] | null {
  const { flags, help, positionals, overrides } = parseFlags(argv, spec);
  if (help) {
    process.stdout.write(helpText(spec));
    return null;
  }
  const [word] = [...positionals, ...overrides];
  if (word !== undefined) throw new ArgumentError(refuse(word));
  return flags;
}
