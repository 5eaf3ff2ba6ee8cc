import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { FuzzKind } from "./fuzz-kind.ts";
import type { DamagedAnswer } from "./protocol.ts";
import { type Ended, type WatchedChild, watchedChild } from "./watched-child.ts";

/** No reading may take longer. */
const mostSeconds = 2;
/** Megabytes above those of the whole file that a damaged one may take: four times its size and so many more. */
const mostMemory = (bytes: number): number => (4 * bytes) / 2 ** 20 + 64;
/** A process that has read many files holds garbage too; it may have so many megabytes more before it is looked at alone. */
const slack = 256;

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
 * Reads damaged files of each kind in a child process, one after the other, and collects what must not be: a process that
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
  module = new URL("./kinds.ts", import.meta.url).href,
  seconds = mostSeconds,
  folder,
  signal,
  onProgress,
}: RunFuzzOptions): Promise<readonly KindReport[]> {
  const reports: KindReport[] = [];
  let folders = 0;
  let child: WatchedChild | null = null;
  const end = () => {
    child?.close();
    child = null;
  };
  const whole = async (kind: FuzzKind) => {
    const own = join(folder, String(folders++));
    await mkdir(own);
    child ??= watchedChild(module);
    return child.whole(kind.name, own);
  };
  /** In a new process. */
  const begin = async (kind: FuzzKind) => {
    end();
    const answer = await whole(kind);
    if ("ended" in answer) throw new Error(`${kind.name}: the whole file: ${answer.ended}`);
    return answer;
  };
  const estimates = kinds.map((kind) => numbersOf(kind, guessedBytes, amount).length);
  let [done, total] = [0, estimates.reduce((sum, count) => sum + count, 0)];
  try {
    for (const [which, kind] of kinds.entries()) {
      const findings: Finding[] = [];
      const first = await whole(kind);
      let { bytes, peak } = "ended" in first ? await begin(kind) : first;
      if ("ended" in first) findings.push({ ...afterOthers, kind: kind.name, detail: first.ended });
      const numbers = only === undefined ? numbersOf(kind, bytes, amount) : [only];
      total += numbers.length - (estimates[which] as number);
      const memory = mostMemory(bytes);
      const counts = { same: 0, other: 0, refused: 0 };
      const ask = (number: number, more: number) =>
        (child as WatchedChild).damaged(number, seed, {
          seconds,
          memory: peak + memory + more,
        });
      const wrongIn = (answer: DamagedAnswer | Ended): string | null => {
        if ("ended" in answer) return answer.ended;
        if (answer.outcome.what === "wrong") return answer.outcome.detail;
        return answer.peak > peak + memory
          ? `${Math.round(answer.peak - peak)} MB for ${bytes} bytes`
          : null;
      };
      for (const number of numbers) {
        signal.throwIfAborted();
        let answer = await ask(number, slack);
        let wrong = wrongIn(answer);
        if (wrong !== null && ("ended" in answer || answer.outcome.what !== "wrong")) {
          // Alone in a new process, so that no other file's garbage and no busy machine counts.
          ({ bytes, peak } = await begin(kind));
          answer = await ask(number, 0);
          wrong = wrongIn(answer);
          if (wrong !== null) ({ bytes, peak } = await begin(kind));
        }
        if (wrong !== null) findings.push({ kind: kind.name, number, detail: wrong });
        else if (!("ended" in answer)) counts[answer.outcome.what as keyof typeof counts]++;
        onProgress(++done, total, `${kind.name}, ${findings.length} findings`);
      }
      const flips = numbers.filter((number) => number < 8 * bytes).length;
      reports.push({
        ...{ name: kind.name, bytes, flips, mutations: numbers.length - flips },
        ...counts,
        findings,
      });
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder);
    }
    return reports;
  } finally {
    end();
  }
}
