import { spawn } from "node:child_process";
import { mkdir, readFile, rm } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { styleText } from "node:util";
import { type Step, steps, vitestReport } from "./steps.ts";
import { closingLine, testCounts } from "./summary.ts";

const root = join(import.meta.dirname, "../../..");

const help = `npm test [-- STEP …]

Runs every check of this repository and ends with a line that counts them; exits 1 if one failed.

${steps.map(({ name, purpose }) => `  ${name.padEnd(10)}${purpose}`).join("\n")}

Name one or more steps to run only those.`;

async function run(step: Step): Promise<boolean> {
  const [command, ...args] = step.command;
  const child = spawn(command, args, {
    cwd: root,
    stdio: "inherit",
    env: {
      ...process.env,
      PATH: [join(root, "node_modules/.bin"), process.env["PATH"]].join(delimiter),
      // A test run tells nobody about itself.
      TURBO_TELEMETRY_DISABLED: "1",
    },
  });
  return await new Promise((resolve) => {
    child.once("error", (error) => {
      console.error(`${step.name}: ${error.message}`);
      resolve(false);
    });
    child.once("exit", (code) => resolve(code === 0));
  });
}

const asked = process.argv.slice(2);
if (asked.includes("--help")) {
  console.log(help);
  process.exit(0);
}
const unknown = asked.find((name) => !steps.some((step) => step.name === name));
if (unknown !== undefined) {
  console.error(
    `npm test: unknown step "${unknown}"; expected ${steps.map(({ name }) => name).join(", ")}; see npm test -- --help`,
  );
  process.exit(2);
}

const report = join(root, vitestReport);
await rm(report, { force: true });
await mkdir(dirname(report), { recursive: true });
const chosen = steps.filter((step) => asked.length === 0 || asked.includes(step.name));
const results = [];
for (const [i, step] of chosen.entries()) {
  console.log(styleText("bold", `\n[${i + 1}/${chosen.length}] ${step.name}: ${step.purpose}`));
  const start = performance.now();
  const passed = await run(step);
  const seconds = (performance.now() - start) / 1000;
  results.push({ name: step.name, passed, seconds });
  console.log(`${passed ? "passed" : styleText("red", "FAILED")} in ${seconds.toFixed(1)} s`);
}

console.log("");
for (const { name, passed, seconds } of results) {
  console.log(
    `${passed ? "  passed" : "  FAILED"}  ${name.padEnd(10)}${seconds.toFixed(1).padStart(7)} s`,
  );
}
const tests = testCounts(await readFile(report, "utf8").catch(() => null));
console.log(`\n${closingLine(results, tests)}`);
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;
