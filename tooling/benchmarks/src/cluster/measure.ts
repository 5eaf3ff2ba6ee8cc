import { writeFile } from "node:fs/promises";
import { connect } from "@eddyflow/parallel/node";
import { type CommandSpec, onlyFlags, runCommand, userPath } from "command-line";
import type { TimedReduction } from "./fit-network.ts";

const spec = {
  name: "mpirun -n P node tooling/benchmarks/src/cluster/measure.ts",
  about:
    "times all-reduces among the ranks of a launcher, for bench:cluster --measured. Leave the machine alone meanwhile.",
  usage: ["mpirun -n P node tooling/benchmarks/src/cluster/measure.ts --json FILE"],
  flags: {
    json: { type: "string", value: "FILE", about: "write the times there; printed without it" },
  },
  notes: ["Of each size the least of 20 times counts, each the longest among the ranks."],
} as const satisfies CommandSpec;

/** Values that are summed: from a message that is all latency to the gradient of 8.5 million weights. */
const sizes = [1, 1000, 100_000, 2_082_076, 8_500_000];
const times = 20;

await runCommand("measure", async ({ argv }) => {
  const flags = onlyFlags(argv, spec);
  if (flags === null) return;
  const communicator = await connect();
  const timed: TimedReduction[] = [];
  for (const size of sizes) {
    const values = new Float32Array(size).fill(1);
    let least = Number.POSITIVE_INFINITY;
    // The first one is not counted.
    for (let time = 0; time <= times; time++) {
      await communicator.barrier();
      const begun = performance.now();
      await communicator.allReduceSum(values);
      const own = Float64Array.of((performance.now() - begun) / 1000);
      const all = await communicator.gather(new Uint8Array(own.buffer));
      const longest = Math.max(
        ...all.map((bytes) => new Float64Array(bytes.slice().buffer)[0] as number),
      );
      if (time > 0) least = Math.min(least, longest);
      values.fill(1);
    }
    timed.push({ ranks: communicator.size, bytes: 4 * size, seconds: least });
  }
  if (communicator.rank === 0) {
    const text = `${JSON.stringify(timed, null, 2)}\n`;
    if (flags.json === undefined) process.stdout.write(text);
    else await writeFile(userPath(flags.json), text);
  }
  await communicator.close();
});
