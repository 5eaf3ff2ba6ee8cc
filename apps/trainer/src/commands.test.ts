import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { evaluateCommand } from "./commands.ts";
import type { Request } from "./request.ts";

/** The words that a shell makes of a command. */
const wordsOf = (command: string): readonly string[] =>
  execFileSync("sh", ["-c", `printf '%s\\n' ${command}`], { encoding: "utf8" })
    .trimEnd()
    .split("\n");

test.skipIf(process.platform === "win32").each([
  ["/data/runs/a", "teacher=/data/runs/a"],
  ["/k=v/it's mine/a", "teacher=/k=v/it's mine/a"],
  ["/more, k=v/a", 'teacher="/more, k=v/a"'],
  ["/a|b@c/$HOME", 'teacher="/a|b@c/$HOME"'],
  ['/one,"two"', 'teacher="/one,""two"""'],
])("the command that is proposed for %s reaches the evaluator as it is meant", (path, models) => {
  const request = { experiment: "./it's/mine.ts", data: "a,b" } as Request;
  expect(wordsOf(evaluateCommand({ teacher: path }, request))).toEqual([
    ...["npm", "run", "evaluator", "--", "./it's/mine.ts", "--models", models, "--data", "a,b"],
  ]);
});
