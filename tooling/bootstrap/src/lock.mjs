import { mkdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { readJson, writeJson } from "./json-file.mjs";

/** An owner shows this often that it lives, … */
const signOfLifeMs = 5000;
/** … and counts as dead after this long without: on another machine, or where its number went to another process. */
const deadAfterMs = 60_000;

/**
 * Takes the lock folder `path`, waiting for as long as a running process holds it; one that its owner left behind is
 * taken over. `onWait` is called once, with the holder, before waiting.
 * @param {string} path
 * @param {{ signal?: AbortSignal; onWait?: (holder: string) => void; pollMs?: number }} [options]
 * @returns {Promise<() => void>} gives it back
 */
export async function takeLock(path, { signal, onWait, pollMs = 500 } = {}) {
  mkdirSync(dirname(path), { recursive: true });
  const owner = join(path, "owner.json");
  for (let waited = false; ; ) {
    try {
      mkdirSync(path);
      writeJson(owner, { pid: process.pid, host: hostname() });
      const timer = setInterval(() => touch(path), signOfLifeMs).unref();
      return () => {
        clearInterval(timer);
        rmSync(path, { recursive: true, force: true });
      };
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
    }
    if (isAbandoned(path, owner)) {
      rmSync(path, { recursive: true, force: true });
      continue;
    }
    if (!waited) onWait?.(holderOf(owner));
    waited = true;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
    signal?.throwIfAborted();
  }
}

/**
 * @param {string} path
 * @param {string} owner
 */
function isAbandoned(path, owner) {
  const holder = readJson(owner);
  if (holder?.host === hostname() && !isRunning(holder.pid)) return true;
  try {
    return Date.now() - statSync(path).mtimeMs > deadAfterMs;
  } catch {
    return false;
  }
}

/** @param {string} path */
function touch(path) {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // Someone removed it by hand; the work goes on.
  }
}

/** @param {string} owner */
function holderOf(owner) {
  const holder = readJson(owner);
  return holder === null ? "another process" : `process ${holder.pid} on ${holder.host}`;
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}
