import { readFile, rm, writeFile } from "node:fs/promises";
import { isEddyflowError } from "@eddyflow/core";
import { damaged } from "./damage.ts";
import { digestOf } from "./digest.ts";
import type { FuzzKind } from "./fuzz-kind.ts";
import type { DamagedAnswer, Outcome, Request, WholeAnswer } from "./protocol.ts";

// Started by watched-child.ts with the module of the kinds; it is ended where it does not answer.
const { kinds } = (await import(process.argv[2] as string)) as {
  readonly kinds: readonly FuzzKind[];
};

interface Whole {
  readonly kind: FuzzKind;
  readonly folder: string;
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly digest: string;
}
let whole: Whole | null = null;

const peak = (): number => process.resourceUsage().maxRSS / 1024;

/** So many readings of the whole file, and the process has what memory it needs for it. */
const warmUp = 20;

async function prepare(name: string, folder: string): Promise<WholeAnswer> {
  const kind = kinds.find((one) => one.name === name);
  if (kind === undefined) throw new Error(`there is no kind ${name}`);
  const file = await kind.write(folder);
  const bytes = new Uint8Array(await readFile(file));
  let digest = "";
  for (let i = 0; i < warmUp; i++) {
    digest = digestOf(await kind.read(folder));
    await writeFile(file, bytes);
  }
  whole = { kind, folder, file, bytes, digest };
  return { bytes: bytes.length, peak: peak() };
}

/** What is wrong with the message of a refusal, or null. */
function wrongMessage(message: string): string | null {
  if (message.length > 500) return `a message of ${message.length} characters`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are looked for
  if (/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u.test(message)) {
    return `a message that steers the terminal: ${JSON.stringify(message)}`;
  }
  return null;
}

async function readOne({ kind, folder, digest }: Whole): Promise<Outcome> {
  try {
    if (digestOf(await kind.read(folder)) === digest) return { what: "same" };
    return kind.isSealed
      ? { what: "wrong", detail: "other values were accepted" }
      : { what: "other" };
  } catch (error) {
    if (isEddyflowError(error)) {
      const wrong = wrongMessage(error.message);
      return wrong === null
        ? { what: "refused", detail: error.message }
        : { what: "wrong", detail: wrong };
    }
    const text = error instanceof Error ? (error.stack ?? String(error)) : String(error);
    return { what: "wrong", detail: `not an error of ours: ${text.slice(0, 600)}` };
  }
}

async function readDamaged(number: number, seed: number): Promise<DamagedAnswer> {
  if (whole === null) throw new Error("no kind was asked for");
  const { file, bytes, kind } = whole;
  const name = kind.name;
  // A reader of more than one process may have put a folder or nothing there.
  await rm(file, { recursive: true, force: true });
  await writeFile(file, damaged(bytes, { seed, name, number }));
  const before = process.cpuUsage();
  const outcome = await readOne(whole);
  const { user, system } = process.cpuUsage(before);
  return { outcome, seconds: (user + system) / 1e6, peak: peak() };
}

process.on("message", (request: Request) => {
  const answer =
    "kind" in request
      ? prepare(request.kind, request.folder)
      : readDamaged(request.number, request.seed);
  answer.then(
    (message) => process.send?.(message),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      process.exit(1);
    },
  );
});
process.on("disconnect", () => process.exit());
