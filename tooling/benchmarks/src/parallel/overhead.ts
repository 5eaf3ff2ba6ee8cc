import { useBackend } from "@eddyflow/backend";
import { oneProcess } from "@eddyflow/parallel";
import { networks } from "../networks.ts";
import { rankSteps } from "../rank-steps.ts";

/**
 * Steps of ns2d with a batch of one and one thread, by one process, in turns: one that knows of no ranks, and one that sums over a
 * single rank: `overhead.ts STEPS`. Each line says the milliseconds of both; who begins changes from line to line.
 */
const [steps = "1"] = process.argv.slice(2);
await useBackend("auto", { threads: 1 });
const [plain, shared] = [false, true].map((isShared) =>
  rankSteps(oneProcess(), { network: networks.ns2d, batch: 1, isShared }),
) as [ReturnType<typeof rankSteps>, ReturnType<typeof rankSteps>];
for (let step = 0; step < Number(steps); step++) {
  const turn = step % 2 === 0 ? [plain, shared] : [shared, plain];
  const seconds = new Map<unknown, number>();
  for (const each of turn) seconds.set(each, (await each.step()).seconds);
  const milliseconds = [plain, shared].map((each) => 1000 * (seconds.get(each) as number));
  console.log(...milliseconds.map((value) => value.toFixed(3)));
}
