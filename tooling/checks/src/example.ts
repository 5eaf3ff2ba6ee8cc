/** The example of a package's README, what its text promises to print, and what is installed for it. */
export interface Example {
  readonly code: string;
  readonly printed: readonly string[];
  /** The packages of the install line that the README begins with. */
  readonly installed: readonly string[];
}

const block = /```ts\n([\s\S]*?)```/g;
const promise = /console\.log\(.*\);\s*\/\/ (.+)$/gm;
const installLine = /^# \S+\n\n```sh\nnpm install (.+)\n```\n/u;

/**
 * The one ```ts block of a README. Each `console.log(…); // text` in it promises that the line prints
 * exactly `text`.
 *
 * @throws Error where there is not exactly one block, it promises nothing, or the README does not begin with its install line.
 */
export function exampleOf(readme: string): Example {
  const blocks = [...readme.matchAll(block)].map(([, code]) => code ?? "");
  const [code, ...others] = blocks;
  if (code === undefined || others.length > 0) {
    throw new Error(`expected one \`\`\`ts block, found ${blocks.length}`);
  }
  const printed = [...code.matchAll(promise)].map(([, text]) => text ?? "");
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
