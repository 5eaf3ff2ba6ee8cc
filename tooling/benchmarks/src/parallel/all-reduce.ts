import { connect } from "@eddyflow/parallel/node";

/** The sums of `all-reduce.c` through the communicator: the same arguments and the same lines. */
const [calls = "1", ...counts] = process.argv.slice(2);
const communicator = await connect();
for (const count of counts.map(Number)) {
  const values = new Float32Array(count).fill(1e-3);
  const milliseconds: string[] = [];
  for (let call = 0; call < Number(calls); call++) {
    await communicator.barrier();
    const begun = performance.now();
    await communicator.allReduceSum(values);
    milliseconds.push((performance.now() - begun).toFixed(6));
  }
  if (communicator.rank === 0) console.log(count, ...milliseconds);
}
await communicator.close();
