import { expect, test } from "vitest";
import { printable, shortened } from "./printable.ts";

test("what a terminal would obey is shown", () => {
  expect(printable("red \u001b[31mtitle\u001b]0;x\u0007 \u009b1m")).toBe(
    "red \\x1b[31mtitle\\x1b]0;x\\x07 \\x9b1m",
  );
  expect(printable("a\nb\rc\td")).toBe("a\\nb\\x0dc\\x09d");
  expect(printable("gpj\u202e.exe \u2066x\u2028y\ud800")).toBe(
    "gpj\\u202e.exe \\u2066x\\u2028y\\ud800",
  );
});

test("letters of all languages and signs of formulas stay as they are", () => {
  for (const text of ["|∇u|² ≤ ε", "Größe", "渦度", "مرحبا", "😀"])
    expect(printable(text)).toBe(text);
});

test("a long text keeps its beginning and its end", () => {
  expect(shortened("abcdefghij", 10)).toBe("abcdefghij");
  expect(shortened("abcdefghij", 5)).toBe("ab…ij");
  expect(shortened("abcdefghij", 1)).toBe("…");
  const emoji = shortened("😀".repeat(10), 6);
  expect(emoji).toMatch(/^(😀)*…(😀)*$/u);
  expect(emoji.length).toBeLessThanOrEqual(6);
});
