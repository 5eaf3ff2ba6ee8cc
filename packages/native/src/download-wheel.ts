import { mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { BackendError } from "@eddyflow/core";
import { tensorflow, type Wheel } from "./pins.ts";
import { startProgress } from "./progress.ts";
import { lastLine, runTool } from "./run-tool.ts";

const candidates: readonly [string, ...string[]][] = [["pip"], ["pip3"], ["python3", "-m", "pip"]];

const byHand = "fetch the wheels from PyPI elsewhere and pass them with --wheel";

/** The first pip that runs. @throws BackendError where there is none. */
export async function findPip(signal?: AbortSignal): Promise<readonly [string, ...string[]]> {
  for (const candidate of candidates) {
    const { code } = await runTool([...candidate, "--version"], { signal });
    if (code === 0) return candidate;
  }
  throw new BackendError({
    problem: "pip is missing; it downloads TensorFlow's libraries",
    expected: candidates.map((candidate) => candidate.join(" ")).join(", "),
    remedy: `install pip (Debian, Ubuntu: apt-get install python3-pip), or ${byHand}`,
  });
}

/**
 * Downloads a pinned wheel into the folder `scratch` and shows how far it is.
 * @returns its path; its content is not verified yet.
 * @throws BackendError where pip fails.
 */
export async function downloadWheel(
  pip: readonly [string, ...string[]],
  wheel: Wheel,
  scratch: string,
  signal?: AbortSignal,
): Promise<string> {
  const temporary = join(scratch, "pip");
  await mkdir(temporary, { recursive: true });
  const stopProgress = startProgress(wheel.bytes, () => largestFile(temporary));
  const { code, stderr } = await runTool(
    [
      ...pip,
      "download",
      "--no-deps",
      "--only-binary=:all:",
      ...tensorflow.pipTarget,
      "--dest",
      scratch,
      "--disable-pip-version-check",
      "--no-input",
      "--quiet",
      wheel.requirement,
    ],
    // pip unpacks below TMPDIR: here the progress can be seen, and /tmp need not have the room.
    { env: { TMPDIR: temporary, PIP_REQUIRE_VIRTUALENV: "false" }, signal },
  ).finally(stopProgress);
  if (code === 0) return join(scratch, wheel.file);
  throw new BackendError({
    problem: `pip could not download ${wheel.requirement} (${lastLine(stderr).replace(/^ERROR: /, "")})`,
    expected: "a connection to PyPI or a mirror of it",
    remedy: `try again with a connection, or ${byHand}`,
  });
}

async function largestFile(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = names.map(async (name) => {
    const found = await stat(join(folder, name)).catch(() => null);
    return found?.isFile() ? found.size : 0;
  });
  return Math.max(0, ...(await Promise.all(sizes)));
}
