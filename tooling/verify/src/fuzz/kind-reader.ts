import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { FuzzKind } from "./fuzz-kind.ts";
import type { DamagedAnswer, Outcome } from "./protocol.ts";
import { type Ended, type WatchedChild, watchedChild } from "./watched-child.ts";

/** Megabytes above those of the whole file that a damaged one may take: four times its size and so many more. */
const mostMemory = (bytes: number): number => (4 * bytes) / 2 ** 20 + 64;
/** A process that has read many files holds garbage too; it may have so many megabytes more before it is looked at alone. */
const slack = 256;

export interface KindReaderOptions {
  /** The URL of the module that exports the kinds. */
  readonly module: string;
  /** Of its own. */
  readonly folder: string;
  /** Of processor time that a reading may take. */
  readonly seconds: number;
  readonly seed: number;
}

/** What came of one damaged file. */
type Reading =
  | { readonly what: Exclude<Outcome["what"], "wrong"> }
  /** Something that must not be. */
  | { readonly wrong: string };

/** Reads damaged files in a child process, which is another one after each that harmed it. */
export interface KindReader {
  /**
   * Begins with a kind: its bytes, and why its whole file was not read in the process that read other kinds.
   *
   * @throws an Error where it is not read in a new process either.
   */
  open(kind: FuzzKind): Promise<{ readonly bytes: number; readonly ended: string | null }>;
  /** Reads the damaged file of this number, of the kind that was opened. */
  read(kind: FuzzKind, number: number): Promise<Reading>;
  close(): void;
}

export function kindReader({ module, folder, seconds, seed }: KindReaderOptions): KindReader {
  let folders = 0;
  let child: WatchedChild | null = null;
  let [bytes, peak] = [0, 0];
  const end = () => {
    child?.close();
    child = null;
  };
  const whole = async (kind: FuzzKind) => {
    const own = join(folder, String(folders++));
    await mkdir(own, { recursive: true });
    child ??= watchedChild(module);
    return child.whole(kind.name, own);
  };
  /** In a new process. */
  const begin = async (kind: FuzzKind) => {
    end();
    const answer = await whole(kind);
    if ("ended" in answer) throw new Error(`${kind.name}: the whole file: ${answer.ended}`);
    ({ bytes, peak } = answer);
  };
  const ask = (number: number, more: number) =>
    (child as WatchedChild).damaged(number, seed, {
      seconds,
      memory: peak + mostMemory(bytes) + more,
    });
  const wrongIn = (answer: DamagedAnswer | Ended): string | null => {
    if ("ended" in answer) return answer.ended;
    if (answer.outcome.what === "wrong") return answer.outcome.detail;
    return answer.peak > peak + mostMemory(bytes)
      ? `${Math.round(answer.peak - peak)} MB for ${bytes} bytes`
      : null;
  };
  return {
    async open(kind) {
      const first = await whole(kind);
      if ("ended" in first) {
        await begin(kind);
        return { bytes, ended: first.ended };
      }
      ({ bytes, peak } = first);
      return { bytes, ended: null };
    },
    async read(kind, number) {
      let answer = await ask(number, slack);
      let wrong = wrongIn(answer);
      if (wrong !== null && ("ended" in answer || answer.outcome.what !== "wrong")) {
        // Alone in a new process, so that no other file's garbage and no busy machine counts.
        await begin(kind);
        answer = await ask(number, 0);
        wrong = wrongIn(answer);
        if (wrong !== null) await begin(kind);
      }
      if (wrong !== null) return { wrong };
      const { outcome } = answer as DamagedAnswer;
      return { what: outcome.what as Exclude<Outcome["what"], "wrong"> };
    },
    close: end,
  };
}
