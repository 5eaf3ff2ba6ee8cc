import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { isEddyflowError } from "./errors.ts";
import { systemError } from "./system-error.ts";

const folder = mkdtempSync(join(tmpdir(), "eddyflow-system-error-"));
afterAll(() => rmSync(folder, { recursive: true }));

const thrown = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return error;
  }
  return null;
};
const failure = (code: string, more: object = {}) =>
  Object.assign(new Error(code), { code, path: "/data/x", ...more });

test("a folder in place of a file is told as such", () => {
  const error = systemError(
    thrown(() => readFileSync(folder)),
    { path: folder, doing: "read" },
  );
  expect(isEddyflowError(error, "StorageError")).toBe(true);
  expect(error?.message).toBe(
    `${folder} cannot be read: a folder stands where a file should; expected a file; move the folder or choose another`,
  );
});

test.each([
  ["EMFILE", "too many open files; expected a higher limit; raise it with ulimit -n"],
  [
    "EACCES",
    "permission denied; expected a path that this user may use; change it or choose another",
  ],
  ["ENOSPC", "the disk is full; expected free space; free some, or choose another folder"],
  ["ENOMEM", "no memory is left"],
  ["EROFS", "the file system is read-only"],
])("%s is told with its remedy, also inside another error", (code, message) => {
  expect(systemError(failure(code))?.message).toContain(`/data/x: ${message}`);
  const within = new Error("chunk", { cause: failure(code) });
  expect(systemError(within, { path: "/data/c.0", doing: "read" })?.message).toContain(
    `/data/c.0 cannot be read: ${message}`,
  );
});

test("memory that V8 does not get is told as memory", () => {
  const error = thrown(() => new ArrayBuffer(2 ** 52));
  expect(error).toBeInstanceOf(RangeError);
  expect(systemError(error, { path: "x", doing: "read" })?.message).toMatch(
    /^x cannot be read: no memory is left/u,
  );
});

test.each([
  new RangeError("WebAssembly.Memory(): could not allocate memory"),
  new RangeError(
    "WebAssembly.Instance(): Out of memory: Cannot allocate Wasm memory for new instance",
  ),
  failure("Z_MEM_ERROR"),
  failure("ERR_WORKER_INIT_FAILED"),
])("what gets no addresses is told as memory, not as a damaged file: %s", (error) => {
  expect(systemError(error, { path: "x", doing: "read" })?.message).toMatch(
    /^x cannot be read: no memory is left/u,
  );
});

test("a missing file and a defect are for others to explain", () => {
  expect(systemError(failure("ENOENT"))).toBeNull();
  expect(systemError(new TypeError("undefined is not a function"))).toBeNull();
  expect(systemError("EMFILE")).toBeNull();
  expect(systemError(failure("ENOENT", { syscall: "mkdir" }))?.message).toContain("read-only");
});
