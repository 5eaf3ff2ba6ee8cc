import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readManifest, urlSource } from "./source.ts";

const weights = Uint8Array.of(1, 2, 3);
const sha256 = createHash("sha256").update(weights).digest("hex");
const manifest = {
  format: "eddyflow-checkpoint",
  version: 2,
  experiment: "ks2d",
  method: "velocity",
  step: 1,
  networks: {},
  sampler: { kind: "integrate", tableau: "midpoint", times: [0, 1] },
  conditioning: { history: 1, parameters: { channels: [], mean: [], std: [] } },
  clock: null,
  normalisation: { channels: ["u"], mean: [0], std: [1] },
  grid: { shape: [4], extent: [1], boundary: ["periodic"] },
  channels: ["u"],
  teacher: null,
  files: {
    "weights.safetensors": { bytes: 3, sha256 },
    "average.safetensors": { bytes: 3, sha256: "0".repeat(64) },
    "state.safetensors": { bytes: 4, sha256 },
    "velocity.safetensors": { bytes: 3, sha256 },
  },
  config: {},
};

let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === "/model/manifest.json") response.end(JSON.stringify(manifest));
    else if (request.url?.startsWith("/model/velocity")) response.writeHead(404).end();
    else response.end(weights);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/model/`;
});
afterAll(() => server.close());

test("a checkpoint behind a URL is read and checked against its manifest", async () => {
  const source = urlSource(url);
  expect((await readManifest(source)).method).toBe("velocity");
  expect(await source("weights.safetensors")).toEqual(weights);
  await expect(source("average.safetensors")).rejects.toThrow(/SHA-256/);
  await expect(source("state.safetensors")).rejects.toThrow(/has 3 bytes; expected 4/);
  await expect(source("velocity.safetensors")).rejects.toThrow(/cannot be fetched: 404/);
  await expect(source("more.safetensors")).rejects.toThrow(/has no file "more.safetensors"/);
});
