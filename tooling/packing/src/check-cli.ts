// Installs the packed @eddyflow/cli in an empty folder, by npm and pnpm, and runs there the commands of its README on a tiny
// experiment, from data to a forecast, and an import of an array.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startRegistry } from "./local-registry.ts";
import { packAll } from "./pack-all.ts";
import { addPackages, packageManagers } from "./package-managers.ts";

const name = "@eddyflow/cli";

/** The commands of the README, those of the first block by a few steps on few points. */
const commands = (readme: string): readonly (readonly string[])[] =>
  [...readme.matchAll(/^npx (@eddyflow\/cli .+)$/gmu)].map(([, text = ""]) => {
    const words = text.replace(/--max-iters \d+/u, "--max-iters 3").split(" ");
    const verb = words[1] as string;
    if (words[2] === "data/flow") return [...words, "--max-iters", "3"];
    return [...words, ...(tiny[verb] ?? [])];
  });

const network = "network.features=[4,8]";
const tiny: Readonly<Record<string, readonly string[]>> = {
  simulate: [
    ...["data.extent=25", "data.numPoints=32", "data.frames=6", "data.trajectories.train=3"],
    ...["data.trajectories.validation=2", "data.trajectories.test=2"],
  ],
  train: [network],
  evaluate: ["--samples", "2", "--rollouts", "1", "--rollout-len", "2", "--members", "2"],
  predict: ["--steps", "2"],
};

/** Two velocities on 16 × 16 points, as `numpy.save` writes them: five trajectories of six frames. */
function array(): Buffer {
  const shape = [5, 6, 16, 16, 2];
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(", ")}), }`;
  const padded = `${header.padEnd(128 - 10 - 1)}\n`;
  const size = shape.reduce((product, length) => product * length, 1);
  const values = Float32Array.from({ length: size }, (_, i) => Math.sin(i * 0.37));
  const start = Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, padded.length, 0]);
  return Buffer.concat([start, Buffer.from(padded, "latin1"), Buffer.from(values.buffer)]);
}

const registry = await startRegistry(packAll());
const scratch = await mkdtemp(join(tmpdir(), "eddyflow-cli-"));
const { EDDYFLOW_NATIVE: _, EDDYFLOW_BACKEND: __, ...rest } = process.env;
const env = Object.fromEntries(Object.entries(rest).filter(([key]) => !/^p?npm_/iu.test(key)));
let failed = 0;
for (const manager of packageManagers.filter((one) => one.name !== "yarn")) {
  const folder = join(scratch, manager.name);
  try {
    await addPackages(folder, manager, [name], registry.address);
    await writeFile(join(folder, "flow.npy"), array());
    const readme = await readFile(join(folder, "node_modules", name, "README.md"), "utf8");
    for (const words of commands(readme)) {
      const { stdout } = await promisify(execFile)("npx", ["--no", ...words], { cwd: folder, env });
      if (/npm run|pnpm /u.test(stdout)) throw new Error(`a command of the checkout: ${stdout}`);
      console.log(`  ${manager.name.padEnd(6)}${words.slice(1, 4).join(" ")}`);
    }
  } catch (error) {
    failed++;
    const { stdout = "", stderr = "", message } = error as Record<string, string>;
    console.error(`  ${manager.name}: ${message}\n${stdout}${stderr}`);
  }
}
registry.close();
await rm(scratch, { recursive: true, force: true });
process.exitCode = failed === 0 ? 0 : 1;
