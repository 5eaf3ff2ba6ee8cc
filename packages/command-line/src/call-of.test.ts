import { expect, test } from "vitest";
import { callOf, commandLine } from "./call-of.ts";

test("an app is called by a script of the checkout, and by a verb from npm", () => {
  expect(callOf("trainer")).toBe("npm run trainer --");
  expect(callOf("trainer", false)).toBe("npx @eddyflow/cli train");
  expect(callOf("evaluator predict")).toBe("npm run evaluator -- predict");
  expect(callOf("evaluator predict", false)).toBe("npx @eddyflow/cli predict");
});

test("a word that a shell would read otherwise stands in quotes", () => {
  expect(commandLine("import", ["a,b=c/d.h5", "it's mine", ""])).toBe(
    "npm run import -- a,b=c/d.h5 'it'\\''s mine' ''",
  );
});
