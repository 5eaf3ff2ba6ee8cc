import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { BackendError, StorageError } from "@eddyflow/core";
import { addonRecipe, compileAddon, findCompiler, readBindingSources } from "./compile-addon.ts";
import { downloadWheel, findPip } from "./download-wheel.ts";
import { checkFreeSpace, checkMachine, thisMachine } from "./machine.ts";
import { findDefect, manifestFile, type NativeManifest } from "./manifest.ts";
import { addonFile, binding, tensorflow } from "./pins.ts";
import { lastLine, runTool } from "./run-tool.ts";
import { digestFile, extractMembers, type FileDigest } from "./wheel.ts";

export interface InstallOptions {
  /** Install anew where an install is complete. */
  readonly force?: boolean;
  /** The pinned wheel, where a person has it already. */
  readonly wheel?: string | undefined;
  readonly signal?: AbortSignal;
  /** Receives each step, one line with what is done and why. */
  readonly report: (line: string) => void;
}

/** The wheel and what is taken out of it, at once. */
const bytesNeeded = 1_200_000_000;

/**
 * Installs the native TensorFlow backend into `folder`: two libraries out of TensorFlow's wheel, the compiled addon and
 * manifest.json. All is made in a folder beside it that is renamed at the end, so that `folder` is complete or absent. Does
 * nothing where a complete install is there.
 * @throws BackendError where the machine cannot have it, or lacks a tool or a connection.
 * @throws StorageError where the disk is full or cannot be written.
 */
export async function installNative(folder: string, options: InstallOptions): Promise<void> {
  const { force = false, wheel, signal, report } = options;
  const recipe = addonRecipe();
  const files = [...tensorflow.libraries, addonFile];
  const defect = await findDefect(folder, { tensorflow: tensorflow.version, recipe, files });
  if (defect === null && !force) {
    report(`TensorFlow ${tensorflow.version} is complete in ${folder}`);
    return;
  }

  checkMachine(thisMachine());
  const compiler = await findCompiler(signal);
  const pip = wheel === undefined ? await findPip(signal) : null;
  await readBindingSources();
  const start = performance.now();
  const parent = dirname(folder);
  const partial = `${folder}.partial-${process.pid}`;
  try {
    await mkdir(parent, { recursive: true });
    await removeAbandoned(folder);
    await checkFreeSpace(parent, bytesNeeded);
    const scratch = join(partial, "scratch");
    await mkdir(scratch, { recursive: true });
    report(`installing TensorFlow ${tensorflow.version} in ${folder}: ${defect ?? "--force"}`);

    const archive = wheel ?? join(scratch, tensorflow.wheel.file);
    if (pip !== null) {
      const size = Math.round(tensorflow.wheel.bytes / 1e6);
      report(`downloading ${tensorflow.requirement} (${size} MB) with ${pip.join(" ")}`);
      await downloadWheel(pip, scratch, signal);
    }
    await verifyWheel(archive, signal);
    report("unpacking its two libraries (853 MB), each compared with the wheel's own record");
    const libraries = await unpack(archive, partial, scratch, signal);
    report(`compiling the addon between Node and TensorFlow with ${compiler}`);
    const include = join(scratch, "include");
    await compileAddon(partial, join(scratch, "build"), include, signal);
    report("running it once, to know that it works on this machine");
    await probe(partial, signal);

    await rm(scratch, { recursive: true });
    const manifest: NativeManifest = {
      tensorflow: tensorflow.version,
      files: { ...libraries, [addonFile]: await digestFile(join(partial, addonFile)) },
      addon: {
        file: addonFile,
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
  report(`TensorFlow ${tensorflow.version} is ready (${secondsSince(start)} s)`);
}

async function verifyWheel(path: string, signal?: AbortSignal): Promise<void> {
  const found = await digestFile(path, signal).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw new BackendError({
      problem: `the wheel ${path} cannot be read`,
      expected: tensorflow.wheel.file,
      remedy: "leave out --wheel to download it",
      cause,
    });
  });
  if (found.sha256 === tensorflow.wheel.sha256) return;
  throw new BackendError({
    problem: `${path} is not the pinned wheel (${found.bytes} bytes, sha256 ${found.sha256})`,
    expected: `${tensorflow.wheel.bytes} bytes, sha256 ${tensorflow.wheel.sha256}`,
    remedy: "download it again (pip cache remove tensorflow_cpu first, if this comes again)",
  });
}

async function unpack(
  wheel: string,
  folder: string,
  scratch: string,
  signal?: AbortSignal,
): Promise<Record<string, FileDigest>> {
  const members = new Map<string, string>();
  for (const library of tensorflow.libraries) {
    members.set(`tensorflow/${library}`, join(folder, library));
  }
  for (const header of tensorflow.headers) {
    members.set(`tensorflow/include/${header}`, join(scratch, "include", header));
  }
  const digests = await extractMembers(wheel, tensorflow.record, members, signal);
  return Object.fromEntries(
    tensorflow.libraries.flatMap((library) => {
      const digest = digests.get(`tensorflow/${library}`);
      return digest === undefined ? [] : [[library, digest]];
    }),
  );
}

/** @throws BackendError unless a new process loads the addon and computes with the pinned TensorFlow what is known. */
async function probe(folder: string, signal?: AbortSignal): Promise<void> {
  const script = fileURLToPath(new URL("./probe-addon.ts", import.meta.url));
  const { code, stdout, stderr, cause } = await runTool([process.execPath, script, folder], {
    env: { TF_CPP_MIN_LOG_LEVEL: "2", NODE_OPTIONS: "" },
    signal,
  });
  if (code === 0 && lastLine(stdout) === `${tensorflow.version} 13.5,0 2,1,2,1`) return;
  const error = stderr.split("\n").find((line) => /error/i.test(line)) ?? lastLine(stderr);
  throw new BackendError({
    problem: `the addon does not run on this machine (${cause ?? (error || lastLine(stdout)).trim()})`,
    expected: `TensorFlow ${tensorflow.version} to multiply two matrices`,
    remedy: "use the wasm backend (--backend wasm)",
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
