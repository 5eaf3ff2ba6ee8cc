import { readFile, writeFile } from "node:fs/promises";
import { ArgumentError, DataError, parseJson } from "@eddyflow/core";
import {
  type CommandSpec,
  onlyFlags,
  requireRegion,
  runCommand,
  userPath,
  writeRegion,
} from "command-line";
import { svgToPng } from "evaluator/svg-to-png";
import { fitNetwork, largestError } from "./fit-network.ts";
import { compareSteps, leftOut, type Measured } from "./measured.ts";
import { figure, measuredTable, percent, tables } from "./report.ts";

const spec = {
  name: "pnpm bench:cluster",
  about: "what training on many ranks costs, on paper, and whether steps that were timed agree.",
  usage: ["pnpm bench:cluster [--page FILE] [--figure FILE] [--measured FILE]…"],
  flags: {
    page: {
      type: "string",
      value: "FILE",
      about:
        "write the tables there, between the marks of bench:cluster, or of bench:cluster measured",
    },
    figure: {
      type: "string",
      value: "FILE",
      about: "draw the efficiency there, as .svg or .png",
    },
    measured: {
      type: "list",
      value: "FILE",
      about:
        "given for each file: hold the model against what measure.ts or bench:parallel --json wrote; exit code 1 where a step is off by more than a fifth",
    },
  },
  notes: ["The model is tooling/benchmarks/src/cluster/cost-model.ts; its tables are printed."],
} as const satisfies CommandSpec;

/** How far the model may be from a measured time. */
const tolerance = 0.2;

const most = (errors: readonly number[]): number => Math.max(0, ...errors.map(Math.abs));

type Unknown = Readonly<Record<string, unknown>> | null;

const hasNumbers = (value: unknown, names: readonly string[]): boolean =>
  names.every((name) => {
    const number = (value as Unknown)?.[name];
    return typeof number === "number" && number >= 0;
  });

function isMeasured(value: unknown): value is Measured {
  const { name, ranks, sums, steps } = (value ?? {}) as Record<string, unknown>;
  const timed = ["seconds", "computing", "spread", "update", "reduction", "bytes", "batch"];
  return (
    typeof name === "string" &&
    hasNumbers({ ranks }, ["ranks"]) &&
    Array.isArray(sums) &&
    sums.length > 1 &&
    sums.every((sum) => hasNumbers(sum, ["bytes", "seconds"])) &&
    Array.isArray(steps) &&
    steps.every((step) => hasNumbers(step, timed) && typeof step.network === "string")
  );
}

async function readMeasured(path: string): Promise<readonly Measured[]> {
  const json = await readFile(path, "utf8")
    .then(parseJson)
    .catch(() => null);
  const list: unknown = (json as Unknown)?.["measured"] ?? [json];
  if (Array.isArray(list) && list.length > 0 && list.every(isMeasured)) {
    if (list.every(({ ranks }) => ranks > 1)) return list;
  }
  throw new DataError({
    problem: `${path} holds no times of several ranks`,
    expected: "what measure.ts writes under a launcher, or bench:parallel --json",
    remedy: "run mpirun -n 2 node tooling/benchmarks/src/cluster/measure.ts --json FILE",
  });
}

await runCommand("bench:cluster", async ({ argv }) => {
  const flags = onlyFlags(argv, spec);
  if (flags === null) return;
  const page = flags.page === undefined ? undefined : userPath(flags.page);
  const region = `bench:cluster${flags.measured === undefined ? "" : " measured"}`;
  if (page !== undefined) await requireRegion(page, region);
  if (flags.figure !== undefined && !/\.(?:svg|png)$/u.test(flags.figure)) {
    throw new ArgumentError({
      problem: `--figure cannot be ${JSON.stringify(flags.figure)}`,
      expected: "a name that ends in .svg or .png",
      remedy: "write --figure model.svg",
    });
  }
  if (flags.figure !== undefined) {
    const { svg } = figure();
    // A page that shows a picture as a file gives it neither ink nor paper.
    const drawn = svg.replaceAll("currentColor", "#1a1a1a").replaceAll("var(--paper)", "#ffffff");
    const paper = drawn.replace(
      /(<svg [^>]*>)/u,
      '$1<title>Part of the ranks’ time that goes into training, over the number of ranks</title><rect width="100%" height="100%" fill="#ffffff"/>',
    );
    await writeFile(
      userPath(flags.figure),
      flags.figure.endsWith(".png") ? svgToPng(svg) : `${paper}\n`,
    );
  }
  if (flags.measured === undefined) {
    if (page !== undefined) await writeRegion(page, region, tables());
    process.stdout.write(`${tables()}\n`);
    return;
  }
  const lists = await Promise.all(flags.measured.map((path) => readMeasured(userPath(path))));
  const measured = lists.flat();
  for (const { name, ranks, sums } of measured) {
    const timed = sums.map((sum) => ({ ...sum, ranks }));
    const network = fitNetwork(timed);
    process.stdout.write(
      `${name}, ${ranks} ranks: ${(1e6 * network.latency).toFixed(1)} µs and ${(network.bandwidth / 1e9).toFixed(2)} GB/s are off by up to ${percent(largestError(timed, network))}; a size between its neighbours by up to ${percent(most(leftOut(sums).map(({ error }) => error)))}\n`,
    );
  }
  const table = measuredTable(measured);
  if (page !== undefined) await writeRegion(page, region, table);
  process.stdout.write(`${table}\n`);
  const steps = measured.flatMap(compareSteps);
  if (most(steps.map(({ model, seconds }) => model / seconds - 1)) > tolerance) process.exit(1);
});
