import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "@eddyflow/core";
import type { FuzzKind } from "./fuzz-kind.ts";

const whole = "0123";

/** A reader that does something wrong with every damaged file. */
const wrongKind = (name: string, read: (text: string) => unknown): FuzzKind => ({
  ...{ name, isSealed: name !== "careless", isFlipped: true, family: "others" },
  write: async (folder) => {
    await writeFile(join(folder, "file"), whole);
    return join(folder, "file");
  },
  read: async (folder) => {
    const text = await readFile(join(folder, "file"), "latin1");
    return text === whole ? whole : read(text);
  },
});

let isPoisoned = false;

const refuse = (problem: string): never => {
  throw new DataError({ problem, expected: "0123", remedy: "write it again" });
};

export const kinds: readonly FuzzKind[] = [
  wrongKind("right", () => {
    isPoisoned = true;
    return refuse("another text");
  }),
  {
    ...wrongKind("poisoned", () => refuse("x")),
    write: async (folder) => {
      if (isPoisoned) throw new Error("poisoned");
      await writeFile(join(folder, "file"), whole);
      return join(folder, "file");
    },
  },
  wrongKind("careless", (text) => text),
  wrongKind("changed", (text) => text),
  wrongKind("defect", () => (undefined as unknown as string).length),
  wrongKind("loop", () => {
    for (;;);
  }),
  wrongKind("crash", () => process.abort()),
  wrongKind("memory", () => new Uint8Array(100 * 2 ** 20).fill(1).length && refuse("much")),
];
