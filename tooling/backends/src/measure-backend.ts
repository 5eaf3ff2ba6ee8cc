import { type BackendName, useBackend } from "@eddyflow/backend";
import { isEddyflowError } from "@eddyflow/core";
import { absent, type BackendReport } from "./backend-report.ts";
import { measureRate } from "./measure-rate.ts";

/** Runs as a process of its own, which may crash or hang: starts the backend in its argument and prints its report. */
async function report(name: BackendName): Promise<BackendReport> {
  try {
    const { version, device, threads, refused } = await useBackend(name);
    const gflops = await measureRate();
    const lack = refused.find((refusal) => refusal.name === name);
    return {
      name,
      available: true,
      reason: lack?.reason ?? null,
      remedy: lack?.remedy ?? null,
      version,
      device,
      threads,
      memoryBytes: 1024 * process.resourceUsage().maxRSS,
      gflops,
    };
  } catch (error) {
    if (!isEddyflowError(error)) throw error;
    return absent(name, error.problem, error.remedy);
  }
}

const result = await report(process.argv[2] as BackendName);
// Threads and devices of an engine would keep the process.
process.stdout.write(`\n${JSON.stringify(result)}\n`, () => process.exit(0));
