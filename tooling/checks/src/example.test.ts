import { expect, test } from "vitest";
import { exampleOf } from "./example.ts";

const readme = (code: string) => `# x\n\nOne sentence.\n\n\`\`\`ts\n${code}\n\`\`\`\n`;

test("the promised lines are those behind console.log", () => {
  const example = exampleOf(
    readme('const x = 1; // one\nconsole.log(x); // 1\nconsole.log("a b"); // a b'),
  );
  expect(example.printed).toEqual(["1", "a b"]);
});

test("a README without one checkable example is refused", () => {
  expect(() => exampleOf("# x")).toThrow("found 0");
  expect(() => exampleOf(readme("a") + readme("b"))).toThrow("found 2");
  expect(() => exampleOf(readme("const x = 1;"))).toThrow("prints nothing");
});
