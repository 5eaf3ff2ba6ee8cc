import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { blocksOf, printedBy } from "./example.ts";

const folder = join(import.meta.dirname, "../../../docs/guides");

/** A guide of the site. */
export interface Guide {
  /** Its file: "web-page.md". */
  readonly name: string;
  readonly text: string;
}

export const readGuides = (): readonly Guide[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));

/** The examples of the guides that promise to print something, each by a file's name of its own. */
export const guideExamples = (): readonly {
  readonly file: string;
  readonly code: string;
  readonly printed: readonly string[];
}[] =>
  readGuides().flatMap(({ name, text }) =>
    blocksOf(text, "ts")
      .map((code) => ({ file: name.replace(/\.md$/u, ".ts"), code, printed: printedBy(code) }))
      .filter(({ printed }) => printed.length > 0),
  );
