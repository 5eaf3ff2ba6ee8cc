import { rm } from "node:fs/promises";
import { join } from "node:path";
import { sideBySide } from "../side-by-side.ts";
import type { FuzzKind } from "./fuzz-kind.ts";
import { kindReader } from "./kind-reader.ts";

/** Something that must not be; the same number of the same seed gives it again. */
interface Finding {
  readonly kind: string;
  /** Null where the whole file is not read after damaged ones. */
  readonly number: number | null;
  readonly detail: string;
}

/** What came of one kind of file. */
export interface KindReport {
  readonly name: string;
  readonly bytes: number;
  readonly flips: number;
  readonly mutations: number;
  readonly same: number;
  readonly other: number;
  readonly refused: number;
  readonly findings: readonly Finding[];
}

/** How many of the damaged files of each kind are read. */
export interface Amount {
  /** At most so many flips, evenly spread; all where it is infinite. */
  readonly flips: number;
  readonly mutations: Readonly<Record<FuzzKind["family"], number>>;
}

export interface RunFuzzOptions {
  readonly kinds: readonly FuzzKind[];
  readonly amount: Amount;
  readonly seed: number;
  /** Only this one of each kind. */
  readonly number?: number;
  /** Kinds that are read at once, each in a process of its own; 1 unless given. */
  readonly lanes?: number;
  /** The URL of the module that exports these kinds. */
  readonly module?: string;
  /** Of processor time that a reading may take; 2 unless given. */
  readonly seconds?: number;
  /** An empty folder. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number, note: string) => void;
}

/** The numbers of the damaged files of a kind: flips first. */
function numbersOf(
  { isFlipped, family }: FuzzKind,
  bytes: number,
  { flips, mutations }: Amount,
): number[] {
  const bits = 8 * bytes;
  const count = isFlipped ? Math.min(bits, flips) : 0;
  return [
    ...Array.from({ length: count }, (_, i) => Math.floor((i * bits) / count)),
    ...Array.from({ length: mutations[family] }, (_, i) => bits + i),
  ];
}

/** The whole file of a kind is not read in a process that has read damaged ones of other kinds. */
const afterOthers = { number: null };

/** Flips of a kind before its size is known: that of a small file. */
const guessedBytes = 1000;

/**
 * Reads damaged files of each kind in child processes, and collects what must not be: a process that
 * ends, a whole file that is not read after damaged ones, no answer within two seconds of processor time, more memory than four times the file and 64 MB, an error that is
 * not ours, a message that is too long or steers the terminal, and other values from a file that has checksums.
 *
 * @throws the signal's reason where it is aborted, and an Error where a whole file cannot be read.
 */
export async function runFuzz({
  kinds,
  amount,
  seed,
  number: only,
  lanes = 1,
  module = new URL("./kinds.ts", import.meta.url).href,
  seconds = 2,
  folder,
  signal,
  onProgress,
}: RunFuzzOptions): Promise<readonly KindReport[]> {
  const estimates = kinds.map((kind) => numbersOf(kind, guessedBytes, amount).length);
  let [done, total] = [0, estimates.reduce((sum, count) => sum + count, 0)];
  const reports: KindReport[] = [];
  let next = 0;
  /** Takes kinds, one after the other, until none is left. */
  const lane = (_: unknown, number: number) => async (stop: AbortSignal) => {
    const own = join(folder, String(number));
    const reader = kindReader({ module, folder: own, seconds, seed });
    try {
      for (let which = next++; which < kinds.length; which = next++) {
        const kind = kinds[which] as FuzzKind;
        const findings: Finding[] = [];
        const first = await reader.open(kind);
        if (first.ended !== null)
          findings.push({ ...afterOthers, kind: kind.name, detail: first.ended });
        const { bytes } = first;
        const numbers = only === undefined ? numbersOf(kind, bytes, amount) : [only];
        total += numbers.length - (estimates[which] as number);
        const counts = { same: 0, other: 0, refused: 0 };
        for (const number of numbers) {
          stop.throwIfAborted();
          const found = await reader.read(kind, number);
          if ("wrong" in found) findings.push({ kind: kind.name, number, detail: found.wrong });
          else counts[found.what]++;
          onProgress(++done, total, `${kind.name}, ${findings.length} findings`);
        }
        const flips = numbers.filter((number) => number < 8 * bytes).length;
        reports[which] = {
          ...{ name: kind.name, bytes, flips, mutations: numbers.length - flips },
          ...counts,
          findings,
        };
        await rm(own, { recursive: true, force: true });
      }
    } finally {
      reader.close();
    }
  };
  const tasks = Array.from({ length: Math.min(lanes, kinds.length) }, lane);
  for await (const _ of sideBySide(tasks, signal, tasks.length)) {
    // Each has put its reports where they belong.
  }
  return reports;
}
