import { expect, test } from "vitest";
import { exampleOf, packagesIn } from "./example.ts";

const readme = (code: string) =>
  `# x\n\n\`\`\`sh\nnpm install x y\n\`\`\`\n\nOne sentence.\n\n\`\`\`ts\n${code}\n\`\`\`\n`;

test("the promised lines are those behind console.log, and the packages those of the first line", () => {
  const example = exampleOf(
    readme('const x = 1; // one\nconsole.log(x); // 1\nconsole.log("a b"); // a b'),
  );
  expect(example.printed).toEqual(["1", "a b"]);
  expect(example.installed).toEqual(["x", "y"]);
});

test("a README without one checkable example or without its install line is refused", () => {
  expect(() => exampleOf("# x")).toThrow("found 0");
  expect(() => exampleOf(readme("a") + readme("b"))).toThrow("found 2");
  expect(() => exampleOf(readme("const x = 1;"))).toThrow("prints nothing");
  const late = readme("console.log(1); // 1").replace("\n\n", "\n\nFirst a sentence.\n\n");
  expect(() => exampleOf(late)).toThrow("does not begin with `npm install …`");
});

test("the packages of a module are named once, without their entry points and Node's own", () => {
  const code = `import { a } from "node:fs";
import { b } from "@eddyflow/methods/recipe-parts";
import c from "@eddyflow/methods";
import d from "zod/mini";`;
  expect(packagesIn(code)).toEqual(["@eddyflow/methods", "zod"]);
});
