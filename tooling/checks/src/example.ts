/** The example of a package's README, what its text promises to print, and what is installed for it. */
export interface Example {
  readonly code: string;
  readonly printed: readonly string[];
  /** The packages of the install line that the README begins with. */
  readonly installed: readonly string[];
}

const promise = /console\.log\(.*\);\s*\/\/ (.+)$/gm;
const installLine = /^# \S+\n\n```sh\nnpm install (.+)\n```\n/u;

/** The fenced blocks of a page in one language. */
export const blocksOf = (page: string, language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gmu"))].map(
    ([, block = ""]) => block,
  );

/** What an example promises to print: each `console.log(…); // text` prints exactly `text`. */
export const printedBy = (code: string): readonly string[] =>
  [...code.matchAll(promise)].map(([, text = ""]) => text);

/**
 * The one ```ts block of a README, and what it promises.
 *
 * @throws Error where there is not exactly one block, it promises nothing, or the README does not begin with its install line.
 */
export function exampleOf(readme: string): Example {
  const blocks = blocksOf(readme, "ts");
  const [code, ...others] = blocks;
  if (code === undefined || others.length > 0) {
    throw new Error(`expected one \`\`\`ts block, found ${blocks.length}`);
  }
  const printed = printedBy(code);
  if (printed.length === 0) throw new Error("the example prints nothing that could be checked");
  const install = installLine.exec(readme)?.[1];
  if (install === undefined) throw new Error("the README does not begin with `npm install …`");
  return { code, printed, installed: install.split(" ") };
}

/** The packages that a module imports, each once. */
export function packagesIn(code: string): readonly string[] {
  const names = [...code.matchAll(/ from "((?:@[^/"]+\/)?[^/"]+)/gu)].map(([, name]) => name ?? "");
  return [...new Set(names)].filter((name) => !name.startsWith("node:"));
}
