import { writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { ArgumentError } from "@eddyflow/core";
import {
  type CommandSpec,
  makeFolder,
  onlyFlags,
  progressBar,
  runCommand,
  userPath,
} from "command-line";
import { noBrowser } from "testing/open-browser";
import { exitWhereFailed, sayCheck } from "../training/report-checks.ts";
import { measurePage } from "./measure-page.ts";

const spec = {
  name: "pnpm verify:page",
  about:
    "watches the playground's page in a headless Chromium, and measures whether its memory grows.",
  usage: ["pnpm verify:page [--minutes N] [--backend NAME] [--json FILE]"],
  flags: {
    minutes: { type: "integer", value: "N", min: 1, about: "how long it is watched; 10" },
    backend: {
      type: "choice",
      choices: ["wasm", "webgpu"],
      about: "what its models compute with; wasm",
    },
    json: { type: "string", value: "FILE", about: "write { checks } there" },
  },
  notes: ["Exit codes: 0 memory does not grow, 1 it does, 2 wrong arguments."],
} as const satisfies CommandSpec;

await runCommand("verify:page", async ({ argv, signal }) => {
  const flags = onlyFlags(argv, spec);
  if (flags === null) return;
  if (noBrowser !== null) {
    throw new ArgumentError({
      problem: noBrowser,
      expected: "a machine that it runs on",
      remedy: "run it there",
    });
  }
  const json = flags.json === undefined ? undefined : userPath(flags.json);
  if (json !== undefined) await makeFolder(dirname(json));
  const { minutes = 10, backend = "wasm" } = flags;
  const bar = progressBar("watching the page", 60 * minutes);
  const check = await measurePage({
    ...{ seconds: 60 * minutes, backend, signal },
    onProgress: (done) => bar.update(Math.floor(done)),
  });
  sayCheck(check);
  if (json !== undefined) {
    await writeFile(json, `${JSON.stringify({ checks: [check] }, null, 2)}\n`);
  }
  exitWhereFailed("verify:page", [check]);
});
