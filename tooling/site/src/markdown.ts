import { slugOf } from "./slug.ts";

/** Where a link or a picture of a page leads, and where in the text that stands. */
export interface Link {
  readonly target: string;
  /** Offset of the target in the text. */
  readonly at: number;
  /** Line of the text, from 1. */
  readonly line: number;
}

const blank = (text: string): string => text.replace(/[^\n]/gu, " ");

/** The text with spaces in place of code and comments, so that every offset stays. */
function withoutCode(text: string): string {
  return text
    .replace(/^(`{3,}|~{3,})[^\n]*\n[\s\S]*?^\1[`~]*[ \t]*$/gmu, blank)
    .replace(/<!--[\s\S]*?-->/gu, blank)
    .replace(/(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/gu, blank);
}

const patterns = [
  // [text](target) and ![text](target "title"); a picture may stand in the text of a link.
  /\[(?:[^[\]]|!?\[[^\]]*\](?:\([^)]*\))?)*\]\((?<target>[^()\s]+)(?:\s+"[^"]*")?\)/dgu,
  /!\[[^\]]*\]\((?<target>[^()\s]+)(?:\s+"[^"]*")?\)/dgu,
  // <a href="target">, <img src="target">
  /\b(?:href|src)="(?<target>[^"]+)"/dgu,
  // [name]: target
  /^\[[^\]]+\]:\s+(?<target>\S+)/dgmu,
] as const;

/** Every link and picture of a page in Markdown, in the order of the text. Code and comments have none. */
export function linksOf(text: string): readonly Link[] {
  const prose = withoutCode(text);
  const found = new Map<number, Link>();
  for (const pattern of patterns) {
    for (const match of prose.matchAll(pattern)) {
      const target = match.groups?.["target"] ?? "";
      const at = match.indices?.groups?.["target"]?.[0] ?? 0;
      found.set(at, { target, at, line: text.slice(0, at).split("\n").length });
    }
  }
  return [...found.values()].sort((a, b) => a.at - b.at);
}

/** What a reader sees of Markdown in one line. */
const plainText = (markdown: string): string =>
  markdown
    .replace(/!?\[([^\]]*)\]\([^)]*\)/gu, "$1")
    .replace(/<[^>]*>/gu, "")
    .replace(/[`*]/gu, "");

/** The headings of a page, without those in code. */
function headingsOf(text: string): readonly string[] {
  const prose = withoutCode(text);
  return [...prose.matchAll(/^#{1,6} +\S/gmu)].map(({ index }) => {
    const line = text.slice(index).split("\n", 1)[0] ?? "";
    return plainText(line.replace(/^#+ +/u, "").replace(/ +#+ *$/u, ""));
  });
}

/** The first heading of a page, or null where it has none. */
export const titleOf = (text: string): string | null => headingsOf(text)[0] ?? null;

/** What may stand behind "#" in a link to a page: its headings as GitHub writes them, and its `id`s. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const heading of headingsOf(text)) {
    const slug = slugOf(heading);
    let anchor = slug;
    for (let again = 1; anchors.has(anchor); again++) anchor = `${slug}-${again}`;
    anchors.add(anchor);
  }
  for (const [, id = ""] of withoutCode(text).matchAll(/\b(?:id|name)="([^"]+)"/gu)) {
    anchors.add(id);
  }
  return anchors;
}
