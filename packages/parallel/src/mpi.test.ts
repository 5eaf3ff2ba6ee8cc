import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withoutLauncher } from "./launcher.ts";

const onPath = (program: string): boolean =>
  (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, program)));

/** By the names that Debian gives them, where both may be installed. */
const launchers = [
  {
    about: "Open MPI",
    program: "mpirun.openmpi",
    options: ["--oversubscribe", "--allow-run-as-root"],
  },
  { about: "MPICH", program: "mpirun.mpich", options: [] },
] as const;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "eddyflow-mpi-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const modules = ["index.ts", "node.ts"].map((file) => new URL(file, import.meta.url).href);

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the body of a module, for which `job` is this package, in two ranks. */
async function inTwo(
  { program, options }: (typeof launchers)[number],
  body: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const script = join(folder, `${Math.abs(hash(body))}.mjs`);
  await writeFile(
    script,
    `const job = Object.assign({}, ...(await Promise.all(${JSON.stringify(modules)}.map((module) => import(module)))));\n${body}`,
  );
  return await new Promise((resolve) => {
    execFile(
      program,
      [...options, "-n", "2", process.execPath, script],
      { env: { ...withoutLauncher(), ...env }, timeout: 30_000 },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

const hash = (text: string): number =>
  [...text].reduce((sum, letter) => (31 * sum + letter.charCodeAt(0)) | 0, 0);

describe.each(launchers)("$about", (launcher) => {
  const here = onPath(launcher.program);
  const reason = `${launcher.program} is not on this machine`;

  test("sums, bytes and values reach the ranks", async ({ skip }) => {
    skip(!here, reason);
    const { code, stdout, stderr } = await inTwo(
      launcher,
      `const own = await job.connect();
      const sums = [Float32Array.of(own.rank + 1, 0.25), Float64Array.of(own.rank, 1 / 3)];
      for (const each of sums) await own.allReduceSum(each);
      const bytes = await own.gather(new Uint8Array(1 + 3 * own.rank).fill(own.rank));
      const told = await own.broadcast(new Uint8Array(own.rank === 0 ? [3, 1] : [9]));
      const share = await job.nodeShare(own);
      const all = await job.gatherValues(own, { sums: sums.map((each) => [...each]), told: [...told], share });
      await own.barrier();
      if (own.rank === 0) console.log(JSON.stringify({ all, bytes: bytes.map((each) => [...each]), about: own.about, size: own.size }));
      await own.close();`,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const sums = [
      [3, 0.5],
      [1, 2 / 3],
    ];
    const share = { size: 2, cores: expect.any(Number) };
    expect(JSON.parse(stdout)).toEqual({
      all: [
        { sums, told: [3, 1], share: { rank: 0, ...share } },
        { sums, told: [3, 1], share: { rank: 1, ...share } },
      ],
      bytes: [[0], [1, 1, 1, 1]],
      about: expect.stringContaining(launcher.about),
      size: 2,
    });
  });

  test("UCX hooks no function of the C library, unless it is told to", async ({ skip }) => {
    skip(!here, reason);
    const body = `const own = await job.connect();
      if (own.rank === 0) process.stdout.write(process.env.UCX_MEM_MMAP_HOOK_MODE);
      await own.close();`;
    expect(await inTwo(launcher, body)).toEqual({ code: 0, stdout: "none", stderr: "" });
    const told = await inTwo(launcher, body, { UCX_MEM_MMAP_HOOK_MODE: "bistro" });
    expect(told.stdout).toBe("bistro");
  });

  test("an abort of one rank ends the job with its exit code", async ({ skip }) => {
    skip(!here, reason);
    const { code } = await inTwo(
      launcher,
      `const own = await job.connect();
      if (own.rank === 1) own.abort(7);
      await own.barrier();`,
    );
    expect(code).toBe(7);
  });

  test("the library of the other MPI, which tells each rank that it is alone, is refused", async ({
    skip,
  }) => {
    skip(!here, reason);
    const [other] = launchers.filter(({ about }) => about !== launcher.about);
    skip(!onPath(other?.program ?? ""), `${other?.program} is not on this machine`);
    const file = launcher.about === "MPICH" ? "libmpi.so.40" : "libmpich.so.12";
    const { stdout } = await inTwo(
      launcher,
      `await job.connect().catch((error) => console.log(error.message));`,
      { EDDYFLOW_MPI: file },
    );
    expect(stdout).toContain(`${launcher.about} started 2 processes, and ${other?.about}`);
    expect(stdout).toContain("tells each that there is 1");
  });

  test("a library that is not there is refused, with the variable that names another", async ({
    skip,
  }) => {
    skip(!here, reason);
    const { stdout } = await inTwo(
      launcher,
      `await job.connect().catch((error) => console.log(error.message));`,
      { EDDYFLOW_MPI: "/nowhere/libmpi.so" },
    );
    expect(stdout).toContain(
      `${launcher.about} started this process, and its MPI library is not found`,
    );
    expect(stdout).toContain("EDDYFLOW_MPI");
  });
});
