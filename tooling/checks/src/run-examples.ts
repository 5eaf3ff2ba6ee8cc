// Runs the example files named on the command line in one process, so that an engine is loaded once, and
// prints as JSON what each wrote to the console or the error it ended with. Those that choose no backend come first.
import { pathToFileURL } from "node:url";
import { format } from "node:util";

const outcomes: Record<string, { lines: string[]; error: string | null }> = {};
const write = console.log;
for (const file of process.argv.slice(2)) {
  const lines: string[] = [];
  console.log = (...values: unknown[]) => lines.push(...format(...values).split("\n"));
  let error: string | null = null;
  try {
    await import(pathToFileURL(file).href);
  } catch (thrown) {
    error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  }
  outcomes[file] = { lines, error };
}
console.log = write;
console.log(JSON.stringify(outcomes));
