import { writeFile } from "node:fs/promises";
import { useBackend } from "@eddyflow/backend";
import type { Communicator } from "@eddyflow/parallel";
import { connect } from "@eddyflow/parallel/node";
import { type CommandSpec, onlyFlags, runCommand, userPath } from "command-line";
import { medianOf } from "../median-of.ts";
import { type BenchmarkedNetwork, networks } from "../networks.ts";
import { type RankStep, rankSteps } from "../rank-steps.ts";
import type { Measured, TimedSteps } from "./measured.ts";

const spec = {
  name: "mpirun -n P node tooling/benchmarks/src/cluster/measure.ts",
  about:
    "times all-reduces among the ranks of a launcher, and steps of training with one thread each, for bench:cluster --measured. Leave the machine alone meanwhile.",
  usage: [
    "mpirun -n P node tooling/benchmarks/src/cluster/measure.ts [--quick] [--name TEXT] [--json FILE]",
  ],
  flags: {
    quick: { type: "boolean", about: "two steps of each network, to see that it works" },
    name: { type: "string", value: "TEXT", about: "what the tables call it; mpirun" },
    json: { type: "string", value: "FILE", about: "write the times there; printed without it" },
  },
  notes: ["Of each size the least of 30 times counts, each the longest among the ranks."],
} as const satisfies CommandSpec;

/** Floats of an all-reduce, from 256 kB on, where a gradient begins, with those of ns2d and of four times as many. */
const sizes = [
  ...[65_536, 131_072, 262_144, 524_288, 1_048_576, 2_082_076, 4_194_304, 8_500_000, 12_000_000],
];
const times = 30;

/** Short enough that a run takes two minutes; the first one is what `compareSteps` learns from. */
const cases: readonly {
  network: BenchmarkedNetwork;
  name: string;
  batch: number;
  steps: number;
}[] = [
  { network: networks.ns2d, name: "ns2d", batch: 1, steps: 30 },
  { network: networks.ns2d, name: "ns2d", batch: 4, steps: 15 },
  { network: { ...networks.ks2d, shape: [128, 128] }, name: "ks2d, 128²", batch: 1, steps: 20 },
  { network: networks.rti3d_full, name: "rti3d_full, 16³", batch: 1, steps: 10 },
];
/** Steps that are not counted. */
const warmUp = 3;

/** The numbers of each rank, on rank 0. */
async function gather(communicator: Communicator, own: readonly number[]) {
  const all = await communicator.gather(new Uint8Array(Float64Array.from(own).buffer));
  return all.map((bytes) => Array.from(new Float64Array(bytes.slice().buffer)));
}

/** The largest, or the least, of all ranks at each time. */
const acrossRanks = (ranks: readonly (readonly number[])[], of: typeof Math.max): number[] =>
  (ranks[0] ?? []).map((_, time) => of(...ranks.map((rank) => rank[time] as number)));

async function timeSums(communicator: Communicator, size: number) {
  const values = new Float32Array(size);
  const own: number[] = [];
  // The first one is not counted.
  for (let time = 0; time <= times; time++) {
    values.fill(1);
    await communicator.barrier();
    const begun = performance.now();
    await communicator.allReduceSum(values);
    if (time > 0) own.push((performance.now() - begun) / 1000);
  }
  return acrossRanks(await gather(communicator, own), Math.max);
}

async function timeSteps(
  communicator: Communicator,
  { network, name, batch, steps }: (typeof cases)[number],
): Promise<TimedSteps> {
  const training = rankSteps(communicator, { network, batch, isShared: true });
  for (let step = 0; step < warmUp; step++) await training.step();
  const own: RankStep[] = [];
  for (let step = 0; step < steps; step++) own.push(await training.step());
  training.dispose();
  const gathered = async (of: (step: RankStep) => number) =>
    await gather(communicator, own.map(of));
  const seconds = await gathered((step) => step.seconds);
  const computing = (await gathered((step) => step.computing)).flat();
  const middle = medianOf(computing);
  const reduction = await gathered((step) => step.reduction);
  const rest = await gathered((step) => step.seconds - step.computing - step.reduction);
  return {
    ...{ network: name, batch, bytes: training.bytes },
    seconds: medianOf(acrossRanks(seconds, Math.max)),
    computing: middle,
    // A pause of the machine in one step moves neither of the two.
    spread: 1.4826 * medianOf(computing.map((value) => Math.abs(value - middle))),
    update: medianOf(rest.flat()),
    reduction: medianOf(acrossRanks(reduction, Math.min)),
  };
}

await runCommand("measure", async ({ argv }) => {
  const flags = onlyFlags(argv, spec);
  if (flags === null) return;
  const communicator = await connect();
  const sums: { bytes: number; seconds: number }[] = [];
  for (const size of sizes) {
    const longest = await timeSums(communicator, size);
    sums.push({ bytes: 4 * size, seconds: Math.min(...longest) });
  }
  await useBackend("auto", { threads: 1 });
  const steps: TimedSteps[] = [];
  for (const each of cases) {
    steps.push(await timeSteps(communicator, flags.quick ? { ...each, steps: 2 } : each));
  }
  if (communicator.rank === 0) {
    const measured: Measured = {
      ...{ name: flags.name ?? "mpirun", ranks: communicator.size, sums, steps },
    };
    const text = `${JSON.stringify(measured, null, 2)}\n`;
    if (flags.json === undefined) process.stdout.write(text);
    else await writeFile(userPath(flags.json), text);
  }
  await communicator.close();
});
