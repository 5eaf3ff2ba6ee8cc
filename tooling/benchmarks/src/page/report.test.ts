import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { type Contender, contenderName, contendersOf, groups, studentNetwork } from "./plan.ts";
import { pageReportText, pageRows } from "./report.ts";

const on = (library: Contender["library"], place: Contender["place"], threads: number) =>
  ({ library, place, threads }) as const;
const contenders = [
  on("eddyflow-wasm", "page", 1),
  on("onnxruntime-wasm", "page", 1),
  on("eddyflow-wasm", "node", 2),
  on("eddyflow-webgpu", "page", 1),
];
const timing = (contender: Contender, milliseconds: readonly number[]) => ({
  group: "student",
  name: "student/32-batch1",
  engine: contenderName(contender),
  milliseconds,
  firstMilliseconds: 0,
  difference: null,
  figures: {},
});
const [ours, ort, node, webgpu] = contenders as [Contender, Contender, Contender, Contender];
const rows = pageRows(
  {
    timings: [
      timing(ours, [3, 1, 2, 4]),
      timing(ort, [6, 4, 5]),
      timing(node, [1]),
      timing(webgpu, [100]),
    ],
    runs: [],
    failed: [],
  },
  contenders,
);

test("our median is compared with another library's in the same place on as many threads", () => {
  expect(rows.map(({ median, minimum, oursToIt }) => [median, minimum, oursToIt])).toEqual([
    [2.5, 1, null],
    [5, 4, 0.5],
    [1, 1, null],
    [100, 100, null],
  ]);
});

test("the table has a row for each library and place, and names what was left out", () => {
  const text = pageReportText({
    date: "2026-11-27",
    quick: true,
    machine: { processor: "P", threads: 2, memoryGigabytes: 1, system: "S", node: "v22" },
    firstLoad: null,
    rows,
    failed: [{ group: "student", engine: "tfjs-wasm page 2", reason: "no threads" }],
  });
  expect(text.replaceAll(/ +/gu, " ")).toContain(
    "| onnxruntime-web, wasm | page, 1 thread | 5.00 (0.50) |",
  );
  expect(text).toContain("left out: tfjs-wasm page 2 in student: no threads");
});

test("every case is run by our WebAssembly in a page and in Node, or by our WebGPU in a page", () => {
  for (const group of groups) {
    const names = contendersOf(group, 2).map(contenderName);
    expect(names.join()).toMatch(
      /eddyflow-wasm page 1.*eddyflow-wasm node 2|eddyflow-webgpu page 1/u,
    );
    expect(new Set(names).size).toBe(names.length);
  }
  expect(
    contendersOf(groups[0] as (typeof groups)[0], 1).every(({ threads }) => threads === 1),
  ).toBe(true);
});

test("the network that is timed is the playground's", async () => {
  const manifest = new URL(
    "../../../../apps/playground/public/models/single_step/manifest.json",
    import.meta.url,
  );
  expect(JSON.parse(await readFile(manifest, "utf8"))).toMatchObject({
    networks: { student: studentNetwork },
  });
});
