import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  type CommandSpec,
  makeFolder,
  onlyFlags,
  progressBar,
  runCommand,
  userPath,
} from "command-line";
import { killsText } from "./kills-text.ts";
import { runKills } from "./run-kills.ts";

const spec = {
  name: "pnpm verify:kills",
  about:
    "kills simulators at random moments and holds what they leave, and what is made of it, against an uninterrupted run.",
  usage: ["pnpm verify:kills [--kills N] [--seed N] [--json FILE]"],
  flags: {
    kills: { type: "integer", value: "N", min: 1, about: "kills that meet one at work; 500" },
    seed: { type: "integer", value: "N", min: 0, about: "seed of the moments; 0" },
    json: { type: "string", value: "FILE", about: "write the outcome there" },
  },
  notes: ["Exit codes: 0 all is right, 1 something was not, 2 wrong arguments."],
} as const satisfies CommandSpec;

await runCommand("verify:kills", async ({ argv, signal }) => {
  const flags = onlyFlags(argv, spec, (word) => ({
    problem: `unknown "${word}"`,
    expected: "flags alone",
    remedy: "see --help",
  }));
  if (flags === null) return;
  if (flags.json !== undefined) await makeFolder(dirname(userPath(flags.json)));
  const { kills = 500, seed = 0 } = flags;
  const folder = await mkdtemp(join(tmpdir(), "eddyflow-kills-"));
  let isRight = false;
  try {
    const bar = progressBar("killing", kills, { unit: "kills" });
    const report = await runKills({
      ...{ kills, seed, folder, signal },
      onProgress: (killed, note) => bar.update(killed, note),
    });
    bar.finish();
    process.stdout.write(killsText(report));
    if (flags.json !== undefined) {
      await writeFile(userPath(flags.json), `${JSON.stringify(report, null, 2)}\n`);
    }
    isRight = report.wrong.length === 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  if (!isRight) process.exit(1);
});
