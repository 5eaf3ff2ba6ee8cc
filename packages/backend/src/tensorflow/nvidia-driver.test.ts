import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { findNvidiaDriver } from "./nvidia-driver.ts";

test.runIf(findNvidiaDriver() === null)(
  "the driver's library is a sign of it, also where the user says that it lies",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "eddyflow-"));
    vi.stubEnv("LD_LIBRARY_PATH", `/nowhere:${folder}`);
    expect(findNvidiaDriver()).toBeNull();
    await writeFile(join(folder, "libcuda.so.1"), "");
    expect(findNvidiaDriver()).toBe(join(folder, "libcuda.so.1"));
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  },
);
