import { copyFile, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { BackendError, StorageError } from "@eddyflow/core";
import { addonRecipe, compileAddon, readBindingSources } from "./compile-addon.ts";
import { downloadWheel, findPip } from "./download-wheel.ts";
import { findAddon } from "./find-addon.ts";
import { checkFreeSpace, checkMachine, thisMachine } from "./machine.ts";
import { findDefect, manifestFile, type NativeManifest } from "./manifest.ts";
import { addonFile, binding, cpu, type Distribution, tensorflow, type Wheel } from "./pins.ts";
import { lastLine, runTool } from "./run-tool.ts";
import { runtimeMembers, tensorflowMembers, unpack } from "./unpack.ts";
import { digestFile, type FileDigest } from "./wheel.ts";

export interface InstallOptions {
  /** What to install; for the processor if not given. */
  readonly distribution?: Distribution;
  /** Install anew where an install is complete. */
  readonly force?: boolean;
  /** The pinned wheel, where a person has it already; the folder of the wheels where they are several. */
  readonly wheel?: string | undefined;
  readonly signal?: AbortSignal;
  /** Receives each step, one line with what is done and why. */
  readonly report: (line: string) => void;
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;

/**
 * Installs the native TensorFlow backend into `folder`: two libraries out of TensorFlow's wheel, what they load out of
 * others, the compiled addon and manifest.json. All is made in a folder beside it that is renamed at the end, so that `folder` is complete or absent. Does
 * nothing where a complete install is there.
 * @throws BackendError where the machine cannot have it, or lacks a tool or a connection.
 * @throws StorageError where the disk is full or cannot be written.
 */
export async function installNative(folder: string, options: InstallOptions): Promise<void> {
  const { distribution = cpu, force = false, wheel, signal, report } = options;
  const { wheels } = distribution;
  const title = `${distribution.title} ${tensorflow.version}`;
  const recipe = addonRecipe();
  const inFolder = (name: string) => join(distribution.folder, name);
  const defect = await findDefect(folder, {
    tensorflow: tensorflow.version,
    recipe,
    files: [...tensorflow.libraries, addonFile].map(inFolder),
    wheels: wheels.map(({ file }) => file),
  });
  if (defect === null && !force) {
    report(`${title} is complete in ${folder}`);
    return;
  }

  const machine = thisMachine();
  checkMachine(machine);
  const { compiler, path: prebuilt } = await findAddon(recipe, machine, signal);
  const pip = wheel === undefined ? await findPip(signal) : null;
  await readBindingSources();
  const start = performance.now();
  const parent = dirname(folder);
  const partial = `${folder}.partial-${process.pid}`;
  try {
    await mkdir(parent, { recursive: true });
    await removeAbandoned(folder);
    const { installed, scratch: beside } = distribution.bytes;
    await checkFreeSpace(parent, installed + beside);
    const scratch = join(partial, "scratch");
    await mkdir(scratch, { recursive: true });
    const download = wheels.reduce((sum, { bytes }) => sum + bytes, 0);
    report(`installing ${title} in ${folder}: ${defect ?? "--force"}`);
    if (wheels.length > 1) {
      report(
        `${wheels.length} wheels, ${megabytes(download)} to download, ${megabytes(installed)} on the disk`,
      );
    }

    const digests: Record<string, FileDigest> = {};
    for (const pinned of wheels) {
      const archive = wheelPath(pinned, { wheel, isOnly: wheels.length === 1, scratch });
      if (pip !== null) {
        const size = megabytes(pinned.bytes);
        report(`downloading ${pinned.requirement} (${size}) with ${pip.join(" ")}`);
        await downloadWheel(pip, pinned, scratch, signal);
      }
      await verifyWheel(archive, pinned, signal);
      report(
        `unpacking the needed files of ${pinned.requirement} and comparing them with the wheel's record`,
      );
      const members =
        pinned === wheels[0]
          ? tensorflowMembers(distribution.folder, join(scratch, "include"), partial)
          : await runtimeMembers(archive, partial);
      Object.assign(digests, await unpack(archive, pinned, members, { partial, scratch, signal }));
      if (pip !== null) await rm(archive);
    }
    const home = join(partial, distribution.folder);
    if (prebuilt === null) {
      report(`compiling the addon between Node and TensorFlow with ${compiler}`);
      await compileAddon(home, join(scratch, "build"), join(scratch, "include"), signal);
    } else {
      report("there is no g++: taking the addon that came with the package");
      await copyFile(prebuilt, join(home, addonFile));
    }
    report("running it once, to check that it works on this machine");
    await probe(home, signal);

    await rm(scratch, { recursive: true });
    const manifest: NativeManifest = {
      tensorflow: tensorflow.version,
      wheels: wheels.map(({ file }) => file),
      files: { ...digests, [inFolder(addonFile)]: await digestFile(join(home, addonFile)) },
      addon: {
        file: inFolder(addonFile),
        source: `@tensorflow/tfjs-node ${binding.version}`,
        compiler,
        recipe,
      },
    };
    await writeFile(join(partial, manifestFile), `${JSON.stringify(manifest, null, 2)}\n`, {
      flush: true,
    });
    await replaceFolder(partial, folder);
  } catch (error) {
    throw asStorageError(error, parent);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  report(`${title} is ready (${secondsSince(start)} s)`);
}

/** Where a wheel lies: where pip puts it, or where a person has it. */
function wheelPath(
  { file }: Wheel,
  { wheel, isOnly, scratch }: { wheel: string | undefined; isOnly: boolean; scratch: string },
): string {
  if (wheel === undefined) return join(scratch, file);
  return isOnly ? wheel : join(wheel, file);
}

async function verifyWheel(path: string, wheel: Wheel, signal?: AbortSignal): Promise<void> {
  const found = await digestFile(path, signal).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw new BackendError({
      problem: `the wheel ${path} cannot be read`,
      expected: wheel.file,
      remedy: "leave out --wheel to download it",
      cause,
    });
  });
  if (found.sha256 === wheel.sha256) return;
  const [name] = wheel.file.split("-");
  throw new BackendError({
    problem: `${path} is not the pinned wheel (${found.bytes} bytes, sha256 ${found.sha256})`,
    expected: `${wheel.bytes} bytes, sha256 ${wheel.sha256}`,
    remedy: `download it again (if that does not help, run "pip cache remove ${name}" first)`,
  });
}

/** @throws BackendError unless a new process loads the addon and computes with the pinned TensorFlow what is known. */
async function probe(folder: string, signal?: AbortSignal): Promise<void> {
  const kind = import.meta.filename.endsWith(".ts") ? "ts" : "js";
  const script = join(import.meta.dirname, `probe-addon.${kind}`);
  const { code, stdout, stderr, cause } = await runTool([process.execPath, script, folder], {
    // A card that is broken or in use is the backend's to report; this is about the files.
    env: { TF_CPP_MIN_LOG_LEVEL: "2", NODE_OPTIONS: "", CUDA_VISIBLE_DEVICES: "-1" },
    signal,
  });
  if (code === 0 && lastLine(stdout) === `${tensorflow.version} 13.5,0 2,1,2,1`) return;
  const error = stderr.split("\n").find((line) => /error/i.test(line)) ?? lastLine(stderr);
  throw new BackendError({
    problem: `the addon does not run on this machine (${cause ?? (error || lastLine(stdout)).trim()})`,
    expected: `TensorFlow ${tensorflow.version} to multiply two matrices`,
    remedy: "use the backend wasm",
  });
}

async function replaceFolder(source: string, target: string): Promise<void> {
  const old = `${target}.partial-${process.pid}-old`;
  await rename(target, old).catch(ignoreMissing);
  await rename(source, target);
  await rm(old, { recursive: true, force: true });
}

/** Removes what installs that were killed left beside `folder`. */
async function removeAbandoned(folder: string): Promise<void> {
  const prefix = `${basename(folder)}.partial-`;
  for (const name of await readdir(dirname(folder))) {
    if (!name.startsWith(prefix)) continue;
    const pid = Number.parseInt(name.slice(prefix.length), 10);
    if (!isRunning(pid)) await rm(join(dirname(folder), name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}

function asStorageError(error: unknown, folder: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (!["ENOSPC", "EACCES", "EPERM", "EROFS", "EDQUOT", "ENOTDIR"].includes(code ?? "")) {
    return error;
  }
  return new StorageError({
    problem: `${folder} cannot be written (${message})`,
    expected: "a folder on a disk with room",
    remedy: "make room or set EDDYFLOW_NATIVE to another folder",
    cause: error,
  });
}

function secondsSince(start: number): number {
  return Math.round((performance.now() - start) / 1000);
}
