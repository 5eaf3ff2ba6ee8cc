import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type CommandSpec, onlyFlags, runCommand, userPath } from "command-line";
import { writeCases } from "./write-cases.ts";

const spec = {
  name: "pnpm verify:formats",
  about: "opens the files that we write with the formats' own readers, and compares every value.",
  usage: ["pnpm verify:formats [--validator FILE]"],
  flags: {
    validator: {
      type: "string",
      value: "FILE",
      about: "also runs scripts/check_thewell_formatting.py of The Well's repository",
    },
  },
  notes: [
    "The Python that EDDYFLOW_PYTHON names, or else python3, needs the_well, zarr and h5py. Exit codes: 0 all checks passed or none was run, 1 a check failed.",
  ],
} as const satisfies CommandSpec;

const script = join(import.meta.dirname, "../../../reference/formats/check-writers.py");

await runCommand("verify:formats", async ({ argv }) => {
  const flags = onlyFlags(argv, spec, (word) => ({
    problem: `unknown "${word}"`,
    expected: "flags alone",
    remedy: "see --help",
  }));
  if (flags === null) return;
  const python = process.env["EDDYFLOW_PYTHON"] || "python3";
  try {
    await promisify(execFile)(python, ["-c", "import h5py, the_well.data, yaml, zarr"]);
  } catch {
    console.log(`not run: no python with the_well (${python} cannot import h5py, the_well, zarr)`);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), "eddyflow-verify-formats-"));
  let code: number | null;
  try {
    await writeCases(folder);
    const validator = flags.validator === undefined ? [] : [userPath(flags.validator)];
    const child = spawn(python, [script, folder, ...validator], { stdio: "inherit" });
    [code] = (await once(child, "close")) as [number | null];
    if (validator.length === 0) console.log("not run: The Well's format checker (--validator)");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  if (code !== 0) {
    process.stderr.write(
      "verify:formats: the values that were read are not those that were written\n",
    );
    process.exit(1);
  }
});
