import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { progressBar } from "./progress-bar.ts";
import { say } from "./say.ts";

test("what a name would make a terminal do is shown, line by line", () => {
  const written: string[] = [];
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  say("comparing \u001b]0;title\u0007 and \u202eeno\n  \u009b2J: mean 1");
  write.mockRestore();
  expect(written.join("")).toBe("comparing \\x1b]0;title\\x07 and \\u202eeno\n  \\x9b2J: mean 1\n");
});

test("a progress line shows escapes in its label and note", () => {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text) };
  const bar = progressBar("simulating \u001b[2J", 2, { stream, clock: () => 0 });
  bar.finish("a\u001b[1mb\n");
  expect(written.join("")).toContain("simulating \\x1b[2J 0/2");
  expect(written.join("")).toMatch(/a\\x1b\[1mb\\n\n$/u);
});

test("the apps print only through what shows escapes, and their own help", () => {
  const root = join(import.meta.dirname, "../../..");
  const others = globSync("apps/*/src/**/*.ts", { cwd: root })
    .filter((file) => !/\.test(\.helpers)?\.ts$/u.test(file))
    .flatMap((file) =>
      readFileSync(join(root, file), "utf8")
        .split("\n")
        .filter((line) => /console\.\w+\(|process\.std(out|err)\.write\(/u.test(line))
        .filter((line) => !/write\((helpText|listSystems)\(/u.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
  expect(others).toEqual([]);
});
