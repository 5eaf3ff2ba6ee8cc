import { expect, test } from "vitest";
import { type CommandSpec, helpText, parseFlags } from "./flags.ts";

const spec = {
  name: "simulator",
  about: "writes trajectories.",
  usage: ["simulator <experiment> [options]"],
  flags: {
    trajectories: { type: "integer", value: "N", min: 1, about: "how many" },
    split: { type: "choice", choices: ["train", "test"], about: "which ones" },
    out: { type: "string", value: "DIR", about: "where to" },
    hours: { type: "number", value: "H", min: 0, max: 24, about: "how long" },
    new: { type: "boolean", about: "start afresh" },
  },
} as const satisfies CommandSpec;

const messageOf = (argv: string[]) => {
  try {
    parseFlags(argv, spec);
  } catch (error) {
    return (error as Error).message;
  }
  return "no error";
};

test("flags are typed, may stand anywhere, and the last of a repeated one counts", () => {
  const parsed = parseFlags(
    ["ks2d", "--split=test", "--trajectories", "3", "--new", "a.b=1", "--split", "train", "x"],
    spec,
  );
  expect(parsed).toEqual({
    flags: { split: "train", trajectories: 3, new: true },
    help: false,
    positionals: ["ks2d", "x"],
    overrides: ["a.b=1"],
  });
  const { trajectories, split }: { trajectories?: number; split?: "train" | "test" } = parsed.flags;
  expect([trajectories, split]).toEqual([3, "train"]);
});

test("a first -- that a package manager passes on changes nothing", () => {
  expect(parseFlags(["--", "ks2d", "--new"], spec).flags).toEqual({ new: true });
});

test("an unknown flag is named with the nearest one", () => {
  expect(messageOf(["--trajectorys", "3"])).toContain('unknown flag "--trajectorys"');
  expect(messageOf(["--trajectorys", "3"])).toContain('did you mean "--trajectories"?');
  expect(messageOf(["--constructor"])).toContain('unknown flag "--constructor"');
  expect(messageOf(["-n"])).toContain('unknown flag "-n"');
});

test.each([
  [["--trajectories", "2.5"], "expected a whole number of at least 1"],
  [["--trajectories", "-3"], '--trajectories cannot be "-3"'],
  [["--trajectories", ""], "expected a whole number"],
  [["--hours", "25"], "expected a number from 0 to 24"],
  [["--out"], "--out has no value"],
  [["--out", "--new"], "--out has no value"],
  [["--new=yes"], "--new takes no value"],
  [["--split", "tst"], 'did you mean "test"?'],
])("%j is refused: %s", (argv, part) => {
  expect(messageOf(argv)).toContain(part);
});

test("help is asked for by -h and --help, and lists each flag in one column", () => {
  expect(parseFlags(["-h"], spec).help).toBe(true);
  expect(parseFlags(["ks2d", "--help"], spec).help).toBe(true);
  const lines = helpText(spec).split("\n");
  const column = (about: string) => lines.find((line) => line.endsWith(about))?.indexOf(about);
  expect(
    new Set(["how many", "which ones", "where to", "how long", "start afresh"].map(column)),
  ).toHaveProperty("size", 1);
  expect(helpText(spec)).toContain("--split train|test");
});

test("a flag that is a list may be given several times, and keeps every text in order", () => {
  const listing = {
    name: "import",
    about: "imports.",
    usage: ["import FILES"],
    flags: { vectors: { type: "list", value: "LIST", about: "vectors" } },
  } as const satisfies CommandSpec;
  const typed = parseFlags(["--vectors", "vx,vy", "a.npy", "--vectors=bx,by"], listing);
  expect(typed.flags).toEqual({ vectors: ["vx,vy", "bx,by"] });
  expect(typed.positionals).toEqual(["a.npy"]);
  expect(parseFlags(["a.npy"], listing).flags).toEqual({});
  expect(helpText(listing)).toContain("--vectors LIST");
});
