import { beforeEach, expect, test, vi } from "vitest";
import { runTogether } from "./run-together.ts";
import { workCalled } from "./work.test.helpers.ts";

/** What the apps do, in place of running them: a code for each name, after the works beside it have begun. */
const apps = vi.hoisted(() => ({ codes: {} as Record<string, number>, log: [] as string[] }));

vi.mock("demo", () => ({
  async runStep({ args }: { args: string[] }, { onText }: { onText: (text: string) => void }) {
    const name = args.at(-1) as string;
    apps.log.push(`begins ${name}`);
    onText(`${name} speaks`);
    await new Promise((resolve) => setTimeout(resolve, 5));
    apps.log.push(`ends ${name}`);
    return apps.codes[name] ?? 0;
  },
}));

beforeEach(() => {
  apps.codes = {};
  apps.log.length = 0;
});

const data = workCalled("data");
const teacher = workCalled("teacher", [data]);
const [a, b, c] = ["a", "b", "c"].map((name) => workCalled(name, [teacher]));
const works = [data, teacher, a, b, c].flatMap((work) => work ?? []);
const done: string[] = [];
const options = {
  ...{ root: "", together: 2, argsOf: (work: (typeof works)[number]) => work.args(false) },
  onDone: async ({ title }: (typeof works)[number]) => void done.push(title),
};

test("a work begins when what it needs is over, and no more than are allowed at a time", async () => {
  done.length = 0;
  const { signal } = new AbortController();
  expect(await runTogether(works, { ...options, signal })).toBeNull();
  expect(apps.log.slice(0, 4)).toEqual([
    ...["begins data", "ends data", "begins teacher", "ends teacher"],
  ]);
  expect(apps.log.slice(4, 6)).toEqual(["begins a", "begins b"]);
  expect(apps.log.indexOf("begins c")).toBeGreaterThan(apps.log.indexOf("ends a"));
  expect(done.toSorted()).toEqual(["a", "b", "c", "data", "teacher"]);
});

test("after a failure nothing else begins, what runs beside it is finished, and its words are kept", async () => {
  done.length = 0;
  apps.codes = { a: 2 };
  const { signal } = new AbortController();
  const failed = await runTogether(works, { ...options, signal });
  expect(failed).toEqual({ work: a, code: 2, text: "a speaks" });
  expect(done).toEqual(["data", "teacher", "b"]);
});

test("what is needed and was there before is not waited for", async () => {
  const { signal } = new AbortController();
  expect(await runTogether([teacher], { ...options, signal })).toBeNull();
  expect(apps.log).toEqual(["begins teacher", "ends teacher"]);
});
