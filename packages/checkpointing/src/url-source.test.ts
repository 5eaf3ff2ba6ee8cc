import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readManifest } from "./source.ts";
import { type Download, urlSource } from "./url-source.ts";

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
const asked: string[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? "");
    if (request.url?.startsWith("/page/")) response.end("\n<!DOCTYPE html><html></html>");
    else if (request.url === "/slow/manifest.json") response.writeHead(200).write("{");
    else if (request.url?.startsWith("/model/manifest.json?"))
      response.end(JSON.stringify(manifest));
    else if (request.url === "/model/manifest.json") response.end(JSON.stringify(manifest));
    else if (request.url?.startsWith("/model/velocity")) response.writeHead(404).end();
    else response.end(weights);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/model/`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const at = (path: string): string => new URL(path, url).href;

test("a checkpoint behind a URL is read and checked against its manifest", async () => {
  const source = urlSource(url);
  asked.length = 0;
  expect((await readManifest(source)).method).toBe("velocity");
  expect(await source("weights.safetensors")).toEqual(weights);
  // The manifest that weights are compared with is the one that was read.
  expect(asked).toEqual(["/model/manifest.json", "/model/weights.safetensors"]);
  await expect(source("average.safetensors")).rejects.toThrow(/SHA-256/);
  await expect(source("state.safetensors")).rejects.toThrow(/has 3 bytes; expected 4/);
  await expect(source("velocity.safetensors")).rejects.toThrow(/cannot be fetched: 404/);
  await expect(source("more.safetensors")).rejects.toThrow(/has no file "more.safetensors"/);
});

test("the query of an address stays at its end, for every file", async () => {
  asked.length = 0;
  const source = urlSource(`${url.slice(0, -1)}?token=a%20b&x=1`);
  await source("weights.safetensors");
  expect(asked).toEqual([
    "/model/manifest.json?token=a%20b&x=1",
    "/model/weights.safetensors?token=a%20b&x=1",
  ]);
});

test("a page of HTML in place of a file is recognised, and named by its address", async () => {
  const address = at("/page/manifest.json");
  await expect(urlSource(at("/page"))("manifest.json")).rejects.toThrow(
    `${address} cannot be fetched: the server answers with a page of HTML; expected`,
  );
});

test("a server that is not there, and an address that is none, are named", async () => {
  await expect(urlSource("http://127.0.0.1:1/flow?x=1")("manifest.json")).rejects.toThrow(
    /^http:\/\/127\.0\.0\.1:1\/flow\/manifest\.json\?x=1 cannot be fetched: .*(ECONNREFUSED|bad port)/u,
  );
  expect(() => urlSource("models/flow")).toThrow('"models/flow" is no address; expected');
});

test("one's own fetch is used, told of the signal, and each part is reported", async () => {
  const downloads: Download[] = [];
  const calls: [string, AbortSignal | undefined][] = [];
  const { signal } = new AbortController();
  const source = urlSource(url, {
    signal,
    fetch: (address, init) => {
      calls.push([address, init.signal]);
      return fetch(address, init);
    },
    onProgress: (download) => downloads.push(download),
  });
  await source("weights.safetensors");
  expect(calls).toEqual([
    [`${url}manifest.json`, signal],
    [`${url}weights.safetensors`, signal],
  ]);
  expect(downloads.at(-1)).toMatchObject({ file: "weights.safetensors", bytes: 3 });
});

test("a signal ends a download that has begun, with its reason", async () => {
  const controller = new AbortController();
  const source = urlSource(at("/slow"), {
    signal: controller.signal,
    onProgress: () => controller.abort(new Error("enough")),
  });
  await expect(source("manifest.json")).rejects.toThrow("enough");
});
