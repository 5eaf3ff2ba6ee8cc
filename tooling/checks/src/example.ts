/** The example of a package's README and what its text promises to print. */
export interface Example {
  readonly code: string;
  readonly printed: readonly string[];
}

const block = /```ts\n([\s\S]*?)```/g;
const promise = /console\.log\(.*\);\s*\/\/ (.+)$/gm;

/**
 * The one ```ts block of a README. Each `console.log(…); // text` in it promises that the line prints
 * exactly `text`.
 *
 * @throws Error where there is not exactly one block or it promises nothing.
 */
export function exampleOf(readme: string): Example {
  const blocks = [...readme.matchAll(block)].map(([, code]) => code ?? "");
  const [code, ...others] = blocks;
  if (code === undefined || others.length > 0) {
    throw new Error(`expected one \`\`\`ts block, found ${blocks.length}`);
  }
  const printed = [...code.matchAll(promise)].map(([, text]) => text ?? "");
  if (printed.length === 0) throw new Error("the example prints nothing that could be checked");
  return { code, printed };
}
