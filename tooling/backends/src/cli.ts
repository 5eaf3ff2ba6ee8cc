import { rename, writeFile } from "node:fs/promises";
import {
  type AutoOrder,
  autoOrder,
  type BackendName,
  backendNames,
  keepMeasurement,
  verifyNative,
} from "@eddyflow/backend";
import { ArgumentError } from "@eddyflow/core";
import {
  type CommandSpec,
  helpText,
  parseFlags,
  progressBar,
  runCommand,
  userPath,
} from "command-line";
import type { BackendReport } from "./backend-report.ts";
import { surveyBackend } from "./survey.ts";
import { type AutoChoice, backendTable } from "./table.ts";

const commandSpec = {
  name: "backends",
  about: "shows the backends of this machine, and how fast they are.",
  usage: ["pnpm backends [--measure] [--json FILE]", "pnpm backends --verify"],
  flags: {
    measure: {
      type: "boolean",
      about: "keep the rates in .tools/backends.json, so that auto tries the fastest first",
    },
    json: { type: "string", value: "FILE", about: "write the table there too" },
    verify: {
      type: "boolean",
      about: "only compare every byte of native TensorFlow with its checksums",
    },
  },
  notes: [
    "A rate is that of a 3×3 convolution with its gradients in float32, the best of a few repeats; memory is the peak of the process that measured it. Each engine runs in its own process, for at most half a minute; one that crashes or hangs is a line of the table.",
  ],
} as const satisfies CommandSpec;

/** What `auto` takes among these: as `useBackend` does, but from what has been tried already. */
function chooseAuto({ names, source }: AutoOrder, reports: readonly BackendReport[]): AutoChoice {
  const named = process.env["EDDYFLOW_BACKEND"];
  if (named) return { name: named as BackendName, source: "EDDYFLOW_BACKEND" };
  const find = (name: BackendName) => reports.find((report) => report.name === name);
  const name = names.find((candidate) => {
    const report = find(candidate);
    // WebGPU on the processor is only taken by name.
    return report?.available && !(candidate === "webgpu" && report.reason !== null);
  });
  return { name: name ?? null, source };
}

function verify(): void {
  let bar: ReturnType<typeof progressBar> | null = null;
  const installed = verifyNative((done, total) => {
    // A gigabyte takes about a second.
    if (total > 2e9) bar ??= progressBar("comparing", Math.round(total / 1e6), { unit: "MB" });
    bar?.update(Math.round(done / 1e6));
  });
  (bar as ReturnType<typeof progressBar> | null)?.finish();
  if (installed.length === 0) console.log("no native TensorFlow is installed");
  for (const { path, files, bytes } of installed) {
    console.log(`${path}: ${files} files, ${Math.round(bytes / 1e6)} MB, whole`);
  }
}

async function survey(signal: AbortSignal): Promise<readonly BackendReport[]> {
  const reports: BackendReport[] = [];
  const start = performance.now();
  let bar: ReturnType<typeof progressBar> | null = null;
  for (const name of backendNames) {
    if (performance.now() - start > 2000) {
      bar ??= progressBar("trying", backendNames.length, { unit: "backends" });
      bar.update(reports.length, name);
    }
    reports.push(await surveyBackend(name, { signal }));
  }
  bar?.update(reports.length);
  bar?.finish();
  return reports;
}

await runCommand("backends", async ({ argv, signal }) => {
  const { flags, help, positionals } = parseFlags(argv, commandSpec);
  if (help) {
    process.stdout.write(helpText(commandSpec));
    return;
  }
  if (positionals[0] !== undefined || (flags.verify && (flags.measure || flags.json))) {
    const what = positionals[0] === undefined ? "--verify" : `"${positionals[0]}"`;
    throw new ArgumentError({
      problem: `${what} cannot be combined with the other arguments`,
      expected: commandSpec.usage.join(" or "),
      remedy: "see pnpm backends --help",
    });
  }
  if (flags.verify) return verify();
  const reports = await survey(signal);
  const kept = flags.measure
    ? keepMeasurement(
        Object.fromEntries(
          reports.flatMap(({ name, gflops }) => (gflops === null ? [] : [[name, gflops]])),
        ),
      )
    : null;
  const auto = chooseAuto(autoOrder(), reports);
  console.log(backendTable(reports, auto, { isColoured: process.stdout.isTTY === true }));
  if (kept !== null) console.log(`\n  kept in ${kept}`);
  if (flags.json !== undefined) {
    const path = userPath(flags.json);
    const content = { auto: auto.name, order: auto.source, backends: reports };
    await writeFile(`${path}.partial`, `${JSON.stringify(content, null, 2)}\n`);
    await rename(`${path}.partial`, path);
  }
});
