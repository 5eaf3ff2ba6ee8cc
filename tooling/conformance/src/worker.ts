// Runs the cases from a given one on, on one backend: a process of its own, since a backend may crash or hang.
import { type BackendName, useBackend } from "@eddyflow/backend";
import { isEddyflowError } from "@eddyflow/core";
import { selectCases } from "./cases.ts";
import { checkCase } from "./check-case.ts";
import type { Message } from "./messages.ts";

const [name, from, kind] = process.argv.slice(2);
const send = (message: Message): Promise<void> =>
  new Promise((resolve, reject) => {
    process.send?.(message, (error: Error | null) => (error ? reject(error) : resolve()));
  });

async function main(): Promise<void> {
  try {
    const { device } = await useBackend(name as BackendName);
    await send({ kind: "started", device });
  } catch (error) {
    if (!isEddyflowError(error, "BackendError")) throw error;
    await send({ kind: "unavailable", reason: error.message });
    return;
  }
  for (const [index, one] of selectCases(kind === "quick").entries()) {
    if (index < Number(from)) continue;
    await send({ kind: "begun", index });
    await send({ kind: "result", result: await checkCase(one) });
  }
  await send({ kind: "finished" });
}

await main();
process.exit();
