import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listedPaths, pathExists } from "./path-lists.ts";
import { root } from "./workspace.ts";

const listed = listedPaths(readFileSync(join(root, "CONTRIBUTING.md"), "utf8"));

test.skipIf(listed.length === 0)(
  "every path under CONTRIBUTING.md's headings “Add a …” exists",
  () => {
    const missing = listed.filter(({ path }) => !pathExists(root, path));
    expect(missing.map(({ heading, path }) => `${heading}: there is no ${path}`)).toEqual([]);
  },
);

const page = `
# Contributing

\`\`\`
not/under/a/heading
\`\`\`

## Add a method

\`\`\`
packages/methods/src/<method>.ts   the method itself

packages/methods/src/index.ts
\`\`\`

### How it looks

\`\`\`ts
const notAPath = 1;
# not a heading
\`\`\`

\`\`\`text
packages/distillation/README.md
\`\`\`

## Add an experiment

\`\`\`
packages/experiments/src/
\`\`\`

## Where things are

\`\`\`
not/a/list
\`\`\`
`;

test("the paths of a page are those of its fenced lists under “Add a …”", () => {
  expect(listedPaths(page)).toEqual([
    { heading: "Add a method", path: "packages/methods/src/<method>.ts" },
    { heading: "Add a method", path: "packages/methods/src/index.ts" },
    { heading: "Add a method", path: "packages/distillation/README.md" },
    { heading: "Add an experiment", path: "packages/experiments/src/" },
  ]);
});

test.each([
  ["packages/core/package.json", true],
  ["packages/core/src/", true],
  ["packages/<package>/src/index.ts", true],
  ["packages/core/src/<file>.ts", true],
  ["packages/<package>/<folder>/u-net.ts", true],
  ["packages/core/src/<file>.py", false],
  ["packages/<package>/src/nothing.ts", false],
  ["packages/core/package.json/more", false],
  ["packages/nothing", false],
])("%s exists: %s", (path, exists) => {
  expect(pathExists(root, path)).toBe(exists);
});
