/** The verb of `@eddyflow/cli` for what the apps do. */
const verbs = {
  simulator: "simulate",
  import: "import",
  trainer: "train",
  evaluator: "evaluate",
  "evaluator predict": "predict",
  "evaluator export": "export",
} as const;

/** An app by the name of its script, with its first word where that decides what it does. */
export type Call = keyof typeof verbs;
export type Verb = (typeof verbs)[Call];

/** Whether the apps run from the sources of the checkout; else they came from npm, compiled. */
export const isCheckout: boolean = import.meta.url.endsWith(".ts");

/** How the person at hand calls an app: by a script of the checkout, or by a verb of the package from npm. */
export function callOf(call: Call, inCheckout: boolean = isCheckout): string {
  if (!inCheckout) return `npx @eddyflow/cli ${verbs[call]}`;
  const [script, ...words] = call.split(" ");
  return ["npm run", script, "--", ...words].join(" ");
}

/** A word as a shell takes it: in quotes where it has more than letters, digits and what paths are made of. */
const shellWord = (text: string): string =>
  /^[\w./:@%+,=-]+$/u.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** A whole command as the person at hand types it. */
export const commandLine = (call: Call, words: readonly string[]): string =>
  [callOf(call), ...words.map(shellWord)].join(" ");

/** What is said of the choice of a backend where more can be known. */
export const aboutBackends: string = isCheckout
  ? "see pnpm backends"
  : "npx @eddyflow/native install brings the fastest for a processor";
