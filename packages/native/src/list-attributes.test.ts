import { expect, test } from "vitest";
import { readBindingSources } from "./compile-addon.ts";
import { consumedInputs } from "./consumed-inputs.ts";
import { insertAll, listAttributes } from "./list-attributes.ts";

test("each text stands once, right behind its anchor, in the sources of tfjs-node", async () => {
  const { sources } = await readBindingSources();
  const patched = sources["tfjs_backend.cc"] ?? "";
  for (const { anchor, text } of [...listAttributes, ...consumedInputs]) {
    expect(patched.split(anchor + text)).toHaveLength(2);
  }
});

test("an anchor that is absent or not unique is refused", () => {
  const insertions = [{ anchor: "b", text: "x" }];
  expect(insertAll("abc", insertions)).toBe("abxc");
  expect(() => insertAll("ac", insertions)).toThrow(/0 times/);
  expect(() => insertAll("abcb", insertions)).toThrow(/2 times/);
});
