import { createHash } from "node:crypto";
import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { verifyNative } from "./verify-native.ts";

let folder: string;
let addon: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "eddyflow-"));
  addon = join(folder, "addon.node");
  vi.stubEnv("EDDYFLOW_NATIVE", folder);
  vi.stubEnv("EDDYFLOW_NATIVE_CUDA", folder);
  await writeFile(addon, "addon");
  await writeFile(
    join(folder, "manifest.json"),
    JSON.stringify({
      tensorflow: "2.21.0",
      files: {
        "addon.node": { bytes: 5, sha256: createHash("sha256").update("addon").digest("hex") },
      },
      addon: { file: "addon.node" },
    }),
  );
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

test("what is as it was installed is whole", () => {
  const steps: string[] = [];
  const whole = { path: folder, files: 1, bytes: 5 };
  expect(verifyNative((done, total) => steps.push(`${done}/${total}`))).toEqual([whole, whole]);
  expect(steps).toEqual(["0/10", "5/10", "10/10"]);
});

test("a bit that flipped on an old disk is found, though size and time are as they were", async () => {
  const past = new Date(Date.now() - 60_000);
  await writeFile(addon, "adDon");
  await utimes(addon, past, past);
  expect(() => verifyNative()).toThrow(
    `${addon} is damaged; expected sha256 ${createHash("sha256").update("addon").digest("hex")}; run \`pnpm native:install --force\``,
  );
});
