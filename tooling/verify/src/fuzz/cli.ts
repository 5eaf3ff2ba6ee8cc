import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ArgumentError } from "@eddyflow/core";
import {
  type CommandSpec,
  makeFolder,
  onlyFlags,
  progressBar,
  runCommand,
  userPath,
} from "command-line";
import { fuzzText } from "./fuzz-text.ts";
import { kinds } from "./kinds.ts";
import { type Amount, runFuzz } from "./run-fuzz.ts";

const spec = {
  name: "pnpm verify:fuzz",
  about:
    "reads damaged files of every kind: none may crash, hang or fill the memory, and none of ours with a changed value be accepted.",
  usage: ["pnpm verify:fuzz [--quick] [--only PART] [--number N] [--seed N] [--json FILE]"],
  flags: {
    quick: { type: "boolean", about: "some of the bits and mutations; less than a minute" },
    only: { type: "string", value: "PART", about: "kinds with this in their name" },
    number: { type: "integer", value: "N", min: 0, about: "one finding again, by its number" },
    seed: { type: "integer", value: "N", min: 0, about: "seed of the mutations; 0" },
    json: { type: "string", value: "FILE", about: "write the outcome there" },
  },
  notes: [
    ...kinds.map(({ name }) => `kind: ${name}`),
    "Exit codes: 0 all is right, 1 something was not, 2 wrong arguments.",
  ],
} as const satisfies CommandSpec;

const mutations = { hdf5: 20_000, others: 100_000 };

/** All flips, and the mutations shared out evenly among the kinds of each family. */
function fullAmount(): Amount {
  const share = (family: keyof typeof mutations) =>
    Math.ceil(mutations[family] / kinds.filter((kind) => kind.family === family).length);
  return {
    flips: Number.POSITIVE_INFINITY,
    mutations: { hdf5: share("hdf5"), others: share("others") },
  };
}

const quickAmount: Amount = { flips: 100, mutations: { hdf5: 60, others: 60 } };

await runCommand("verify:fuzz", async ({ argv, signal }) => {
  const flags = onlyFlags(argv, spec);
  if (flags === null) return;
  if (flags.json !== undefined) await makeFolder(dirname(userPath(flags.json)));
  const { seed = 0, only = "", number } = flags;
  const chosen = kinds.filter(({ name }) => name.includes(only));
  if (chosen.length === 0) {
    throw new ArgumentError({
      problem: `no kind of file has "${only}" in its name`,
      expected: kinds.map(({ name }) => name).join(", "),
      remedy: "see --help",
    });
  }
  const folder = await mkdtemp(join(tmpdir(), "eddyflow-fuzz-"));
  let isRight = false;
  try {
    let bar = progressBar("reading", 1, { unit: "files" });
    let drawn = 1;
    const reports = await runFuzz({
      ...{ kinds: chosen, amount: flags.quick ? quickAmount : fullAmount(), seed, folder, signal },
      lanes: availableParallelism(),
      ...(number !== undefined && { number }),
      onProgress: (done, total, note) => {
        if (total !== drawn) bar = progressBar("reading", total, { unit: "files", done });
        drawn = total;
        bar.update(done, note);
      },
    });
    bar.finish();
    process.stdout.write(fuzzText(reports, seed));
    if (flags.json !== undefined) {
      await writeFile(
        userPath(flags.json),
        `${JSON.stringify({ seed, kinds: reports }, null, 2)}\n`,
      );
    }
    isRight = reports.every(({ findings }) => findings.length === 0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  if (!isRight) process.exit(1);
});
