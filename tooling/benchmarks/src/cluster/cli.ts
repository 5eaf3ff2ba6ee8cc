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
import { fitNetwork, largestError, type TimedReduction } from "./fit-network.ts";
import { figure, tables } from "./report.ts";

const spec = {
  name: "pnpm bench:cluster",
  about:
    "what training on many ranks costs, on paper, and whether all-reduces that were timed agree.",
  usage: ["pnpm bench:cluster [--page FILE] [--figure FILE] [--measured FILE]"],
  flags: {
    page: {
      type: "string",
      value: "FILE",
      about: "write the tables there, between the marks of bench:cluster",
    },
    figure: {
      type: "string",
      value: "FILE",
      about: "draw the efficiency there, as .svg or .png",
    },
    measured: {
      type: "string",
      value: "FILE",
      about:
        "fit latency and bandwidth to a JSON list of { ranks, bytes, seconds }, and compare; exit code 1 where one is off by more than a fifth",
    },
  },
  notes: ["The model is tooling/benchmarks/src/cluster/cost-model.ts; its tables are printed."],
} as const satisfies CommandSpec;

/** How far the model may be from a measured time. */
const tolerance = 0.2;

const isTimed = (value: unknown): value is TimedReduction =>
  ["ranks", "bytes", "seconds"].every((name) => {
    const number = (value as Readonly<Record<string, unknown>> | null)?.[name];
    return typeof number === "number" && number > 0;
  });

async function readTimed(path: string): Promise<readonly TimedReduction[]> {
  const list = parseJson(await readFile(path, "utf8"));
  if (Array.isArray(list) && list.every(isTimed) && list.some(({ ranks }) => ranks > 1)) {
    return list.filter(({ ranks }) => ranks > 1);
  }
  throw new DataError({
    problem: `${path} holds no times of all-reduces`,
    expected: "a JSON list of { ranks, bytes, seconds } with several ranks",
    remedy: "write one line for each size and number of ranks that was timed",
  });
}

await runCommand("bench:cluster", async ({ argv }) => {
  const flags = onlyFlags(argv, spec);
  if (flags === null) return;
  if (flags.page !== undefined) await requireRegion(userPath(flags.page), "bench:cluster");
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
  if (flags.page !== undefined) await writeRegion(userPath(flags.page), "bench:cluster", tables());
  if (flags.measured === undefined) {
    process.stdout.write(`${tables()}\n`);
    return;
  }
  const timed = await readTimed(userPath(flags.measured));
  const network = fitNetwork(timed);
  const error = largestError(timed, network);
  process.stdout.write(
    `${(1e6 * network.latency).toFixed(1)} µs, ${(network.bandwidth / 1e9).toFixed(2)} GB/s; ${timed.length} times within ${(100 * error).toFixed(0)} %\n`,
  );
  if (error > tolerance) process.exit(1);
});
