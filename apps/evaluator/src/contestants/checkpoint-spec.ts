import { ArgumentError, type SamplerDescription } from "@eddyflow/core";
import {
  directName,
  samplerNamed,
  samplerNames,
  samplerText,
} from "@eddyflow/samplers/descriptions";
import { didYouMean } from "command-line";

/** A checkpoint or a run, and how to sample it. */
export interface CheckpointSpec {
  /** As typed, without quotes. */
  readonly checkpoint: string;
  /** Null for the checkpoint's own sampler. */
  readonly sampler: SamplerDescription | null;
}

/** Checkpoints or runs that differ in their seed, and in which ways to sample them. */
export interface CheckpointsSpec {
  /** As typed, without quotes. */
  readonly checkpoints: readonly string[];
  /** Null for the checkpoint's own sampler. */
  readonly samplers: readonly SamplerDescription[] | null;
}

function refuse(problem: string, expected: string, remedy: string): never {
  throw new ArgumentError({ problem, expected, remedy });
}

/** Reads `sampler:steps,steps`. */
function readSampler(entry: string, text: string): readonly SamplerDescription[] {
  const [name = "", counts = "", ...rest] = text.split(":").map((part) => part.trim());
  if (!samplerNames.includes(name)) {
    refuse(
      `unknown sampler "${name}" in "${entry}"`,
      samplerNames.join(", "),
      didYouMean(name, samplerNames),
    );
  }
  return counts.split(",").map((count) => {
    const steps = count.trim() === "" ? Number.NaN : Number(count);
    if (rest.length > 0 || !Number.isSafeInteger(steps) || steps < 1) {
      refuse(
        `"@${text}" in "${entry}" does not say how many steps`,
        `@${name}: and a whole number of at least 1, or several with commas`,
        `write @${name}:1, or leave it out to use the checkpoint's own sampler`,
      );
    }
    if (name === directName && steps !== 1) {
      refuse(
        `"${directName}:${steps}" in "${entry}" has more than one step`,
        `${directName}:1, which makes a state at once`,
        `write ${directName}:1`,
      );
    }
    return samplerNamed(name, steps);
  });
}

/** Reads `sampler:steps,steps;sampler:steps`. */
function readSamplers(entry: string, text: string): readonly SamplerDescription[] {
  const found = text.split(";").flatMap((part) => readSampler(entry, part));
  const names = found.map(samplerText);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    refuse(`"${entry}" has ${twice} twice`, "each budget once", "leave one of them out");
  }
  return found;
}

/** One path, in quotes or bare, and what follows its "@"; null where nothing does. */
function readPath(entry: string, text: string): readonly [path: string, samplers: string | null] {
  const quoted = /^"((?:[^"]|"")*)"(?:@(.*))?$/su.exec(text);
  if (quoted !== null) return [(quoted[1] as string).replaceAll('""', '"'), quoted[2] ?? null];
  if (text.startsWith('"')) {
    refuse(
      `the quotes in "${entry}" do not enclose a path`,
      'name="PATH" or name="PATH"@sampler:steps',
      'close them after the path, and write "" for a quote in it',
    );
  }
  // A path may hold "@" too; a sampler is what follows the last one and has no separator.
  const at = text.lastIndexOf("@");
  if (at < 0 || /[/\\]/u.test(text.slice(at))) return [text, null];
  return [text.slice(0, at), text.slice(at + 1)];
}

/**
 * Reads `PATH|PATH@sampler:steps,steps;sampler:steps`, the text of `entry` after its name. A path in double quotes may
 * hold anything; "" stands for a quote in it.
 *
 * @throws ArgumentError for an unknown sampler, a number of steps that is missing or there twice, quotes that do not
 *   close, a path that is empty or there twice, and a sampler before the last path.
 */
export function readCheckpointsSpec(text: string, entry: string = text): CheckpointsSpec {
  const parts = (text.match(/(?:(?<=^|\|\s*)"(?:[^"]|"")*"|[^|])+/gu) ?? [""]).map((part) =>
    readPath(entry, part.trim()),
  );
  const checkpoints = parts.map(([path]) => path);
  const early = parts.slice(0, -1).find(([, own]) => own !== null);
  if (early !== undefined) {
    refuse(
      `"${entry}" has a sampler before its last run`,
      "runs that are sampled alike, and their sampler once at the end",
      `write it once, after the last run, or give ${early[0]} a name of its own`,
    );
  }
  if (text.includes("|") && (checkpoints.includes("") || /(?:^|\|)\s*(?:\||$)/u.test(text))) {
    refuse(`"${entry}" has an empty run`, "a path on each side of |", "leave the | out");
  }
  const twice = checkpoints.find((path, index) => checkpoints.indexOf(path) !== index);
  if (twice !== undefined) {
    refuse(
      `"${entry}" has the run ${twice} twice`,
      "runs of different seeds",
      "leave one of them out",
    );
  }
  const asked = parts.at(-1)?.[1] ?? null;
  return { checkpoints, samplers: asked === null ? null : readSamplers(entry, asked) };
}

/**
 * Reads CHECKPOINT or CHECKPOINT@sampler:steps.
 *
 * @throws ArgumentError as `readCheckpointsSpec` does, and for several checkpoints or numbers of steps.
 */
export function readCheckpointSpec(text: string): CheckpointSpec {
  const { checkpoints, samplers: asked } = readCheckpointsSpec(text);
  if (checkpoints.length > 1 || (asked?.length ?? 1) > 1) {
    refuse(
      `"${text}" are several models`,
      "one checkpoint and one sampler",
      'choose one, or put a path that has a "|" in double quotes',
    );
  }
  return { checkpoint: checkpoints[0] ?? "", sampler: asked?.[0] ?? null };
}
