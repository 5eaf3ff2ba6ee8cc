import { readFile, rename, writeFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { requireMixedPrecision, useBackend } from "@eddyflow/backend";
import { ArgumentError } from "@eddyflow/core";
import {
  type CommandSpec,
  helpText,
  parseFlags,
  progressBar,
  runCommand,
  userPath,
} from "command-line";
import { type Comparison, compareCurves } from "./compare-curves.ts";
import { networks } from "./networks.ts";
import { type Curve, type CurveOptions, curveData, every, trainCurve } from "./precision-curves.ts";

const commandSpec = {
  name: "precision",
  about: "compares the loss curves of mixed precision with those of float32.",
  usage: ["node tooling/benchmarks/src/precision.ts [options]"],
  flags: {
    steps: { type: "integer", value: "N", min: 1, about: "of each training; 1000 if not given" },
    seeds: { type: "integer", value: "N", min: 1, about: "trainings in each precision; 3" },
    batch: { type: "integer", value: "N", min: 1, about: "pairs in a step; 8" },
    points: { type: "integer", value: "N", min: 8, about: "along both axes; 64" },
    features: { type: "string", value: "N,N,…", about: "of the network; 64,96,96,128" },
    json: {
      type: "string",
      value: "FILE",
      about: "write the curves there, each when it is done; those that are there already are kept",
    },
  },
  notes: [
    "The ns2d velocity network learns smooth fields that are carried along and stirred, by flow matching with Adam. Both precisions of a seed begin with the same weights and draw the same batches, noise and times. Held-out losses are evaluated in float32. Ctrl-C ends the training in progress; with --json the finished ones are kept.",
  ],
} as const satisfies CommandSpec;

/** What a file of curves holds. */
interface CurveFile {
  readonly options: CurveOptions;
  readonly curves: readonly Curve[];
}

async function readCurves(path: string, options: CurveOptions): Promise<readonly Curve[]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  const file = JSON.parse(text) as CurveFile;
  if (isDeepStrictEqual(file.options, options)) return file.curves;
  throw new ArgumentError({
    problem: `${path} holds curves of ${JSON.stringify(file.options)}`,
    expected: JSON.stringify(options),
    remedy: "give another --json, or the same options",
  });
}

async function writeCurves(path: string, file: CurveFile): Promise<void> {
  await writeFile(`${path}.writing`, `${JSON.stringify(file, null, 1)}\n`);
  await rename(`${path}.writing`, path);
}

const verdict = ({ isWithin }: Comparison): string =>
  isWithin === null ? "–" : isWithin ? "yes" : "NO";

function printTable(curves: readonly Curve[]): void {
  const [training, heldOut] = (["training", "heldOut"] as const).map((loss) =>
    compareCurves(curves, loss),
  ) as [readonly Comparison[], readonly Comparison[]];
  console.log(
    "\nMeans over the seeds; spread: largest less smallest float32 loss of the seeds\n" +
      `${"step".padStart(6)}   training: float32     mixed    spread  within   held out: float32     mixed    spread  within`,
  );
  for (const [i, row] of training.entries()) {
    const cells = [row, heldOut[i] as Comparison].map(
      (of) =>
        `${of.float32.toPrecision(4).padStart(19)}${of.mixed.toPrecision(4).padStart(10)}${of.spread.toPrecision(2).padStart(10)}${verdict(of).padStart(8)}`,
    );
    console.log(`${String(row.step).padStart(6)}${cells.join("")}`);
  }
}

function printEnd(curves: readonly Curve[]): void {
  const last = compareCurves(curves, "heldOut").at(-1);
  if (last === undefined) return;
  const [float32, mixed] = (["float32", "mixed"] as const).map((precision) => {
    const times = curves.filter((c) => c.precision === precision).map((c) => c.milliseconds);
    return Math.min(...times);
  }) as [number, number];
  const change = (100 * (last.mixed / last.float32 - 1)).toFixed(2);
  const within =
    last.isWithin === null
      ? "one seed has no spread to compare with"
      : `${last.isWithin ? "within" : "BEYOND"} the spread of the seeds, ${((100 * last.spread) / last.float32).toFixed(2)} %`;
  console.log(`\nheld-out loss at the end: mixed ${change} % from float32, ${within}`);
  console.log(
    `step: float32 ${float32.toFixed(0)} ms, mixed ${mixed.toFixed(0)} ms (${(mixed / float32).toFixed(2)})`,
  );
}

await runCommand("precision", async ({ argv, signal }) => {
  const { flags, help } = parseFlags(argv, commandSpec);
  if (help) {
    process.stdout.write(helpText(commandSpec));
    return;
  }
  const { steps = 1000, seeds = 3, batch = 8, points = 64 } = flags;
  const features = flags.features?.split(",").map(Number) ?? [
    ...networks.ns2d.description.features,
  ];
  const options: CurveOptions = { steps, batch, points, features };
  const path = flags.json === undefined ? null : userPath(flags.json);
  const curves = path === null ? [] : [...(await readCurves(path, options))];

  const { device } = await useBackend("tensorflow");
  requireMixedPrecision();
  console.log(`${device}; ${steps} steps of ${batch} pairs of ${points} × ${points}`);
  const wanted = Array.from({ length: seeds }, (_, i) => i + 1)
    .flatMap((seed) => (["float32", "mixed"] as const).map((precision) => ({ seed, precision })))
    .filter((own) => !curves.some((c) => c.seed === own.seed && c.precision === own.precision));

  const data = curveData(points);
  const bar = progressBar("training", wanted.length * steps, { unit: "steps" });
  for (const [i, own] of wanted.entries()) {
    const curve = await trainCurve(own, options, {
      data,
      signal,
      onStep: (step) => bar.update(i * steps + step, `seed ${own.seed} in ${own.precision}`),
    });
    if (curve === null) break;
    curves.push(curve);
    if (path !== null) await writeCurves(path, { options, curves });
    console.log(
      `\nseed ${own.seed} in ${own.precision}: ${curve.milliseconds.toFixed(0)} ms a step`,
    );
    for (const [entry, step] of curve.steps.entries()) {
      const [training, heldOut] = [curve.training[entry], curve.heldOut[entry]] as [number, number];
      console.log(
        `  step ${String(step).padStart(5)}  training ${training.toPrecision(5)}  held out ${heldOut.toPrecision(5)}`,
      );
    }
  }
  if (!signal.aborted) bar.finish();
  printTable(curves);
  printEnd(curves);
  if (steps % every !== 0) console.log(`the last entry is of the last ${steps % every} steps`);
});
