import { renameSync, rmSync, writeFileSync } from "node:fs";
import { BackendError } from "@eddyflow/core";
import { type Measurement, measurementFile, thisMachine } from "./auto-order.ts";

/**
 * Keeps how fast the backends of this machine are, for the order of `auto`. The file is whole or as it was before.
 *
 * @param gflops - billions of floating-point operations a second, for those that ran.
 * @param path - the file; `.tools/backends.json` of this checkout if not given.
 * @returns the path of the file.
 * @throws BackendError where there is no `.tools` to keep it in.
 */
export function keepMeasurement(
  gflops: Measurement["gflops"],
  path: string | null = measurementFile(),
): string {
  if (path === null) {
    throw new BackendError({
      problem: "there is no folder .tools to keep the measurement in",
      expected: "a checkout that was set up",
      remedy: "run `npm run demo -- --help` once, or make the folder .tools",
    });
  }
  const measurement: Measurement = { machine: thisMachine(), gflops };
  const partial = `${path}.partial-${process.pid}`;
  try {
    writeFileSync(partial, `${JSON.stringify(measurement, null, 2)}\n`, { flush: true });
    renameSync(partial, path);
  } finally {
    rmSync(partial, { force: true });
  }
  return path;
}
