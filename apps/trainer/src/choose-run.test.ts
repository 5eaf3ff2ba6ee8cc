import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { chooseRun } from "./choose-run.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "eddyflow-choose-"));
});
afterEach(() => rm(root, { recursive: true }));

const options = { experiment: "tiny", method: "velocity", now: new Date() };
const choose = (mode: "new" | "resume" | null, name: string | null = null) =>
  chooseRun(root, { mode, name }, options);

/** A run that was begun at a time, whose file has another. */
async function run(name: string, created: string, changed: Date): Promise<void> {
  const folder = join(root, "tiny", "velocity", name);
  await mkdir(folder, { recursive: true });
  const config = join(folder, "config.json");
  await writeFile(config, JSON.stringify({ created }));
  await utimes(config, changed, changed);
}

test("--resume takes the run that was begun last, whatever the times of the files", async () => {
  await run("newest", "2026-11-23T12:00:00.000Z", new Date(0));
  await run("a", "2026-11-22T12:00:00.000Z", new Date());
  expect(await choose("resume")).toMatchObject({ name: "newest", exists: true });
  expect(await choose("resume", "a")).toMatchObject({ name: "a", exists: true });
});

test("a name that no run has is a new run without --new, and a name that one has is refused", async () => {
  await run("a", "2026-11-22T12:00:00.000Z", new Date());
  expect(await choose(null, "b")).toMatchObject({ name: "b", exists: false });
  for (const mode of ["new", null] as const) {
    await expect(choose(mode, "a")).rejects.toThrow(
      /the run "a" exists in .*; give another --name, or --resume --name a$/u,
    );
  }
  await expect(choose(null)).rejects.toThrow(/a run exists in .*; add --new or --resume$/u);
});

test("runs that are begun in the same second have names of their own", async () => {
  const runs = await Promise.all([1, 2, 3, 4].map(() => choose("new")));
  expect(new Set(runs.map(({ name }) => name)).size).toBe(4);
  for (const { name } of runs) expect(name).toMatch(/^\d{4}(-\d\d){2}_\d\d(-\d\d){2}-\w{8}$/u);
});
