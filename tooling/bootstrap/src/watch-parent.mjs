import { readFileSync } from "node:fs";

const everyMilliseconds = 500;

/**
 * Calls `onGone` once when the package manager that started this process has ended. No signal tells of that. Some shells
 * stand between the two, and stay where it is killed.
 * @param {() => void} onGone
 * @returns {() => void} stops watching
 */
export function watchParent(onGone) {
  const parent = process.ppid;
  const shell = lookAt(parent);
  const manager = shell !== null && /^\w*sh$/.test(shell.name) ? shell.parent : null;
  const timer = setInterval(() => {
    const isThere = manager === null || lookAt(parent)?.parent === manager;
    if (process.ppid === parent && isThere) return;
    clearInterval(timer);
    onGone();
  }, everyMilliseconds);
  timer.unref();
  return () => clearInterval(timer);
}

/**
 * Name and parent of a process, or null where the system does not say: Linux does.
 * @param {number} pid
 */
function lookAt(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const end = stat.lastIndexOf(")");
    const [, , parent] = stat.slice(end).split(" ");
    return { name: stat.slice(stat.indexOf("(") + 1, end), parent: Number(parent) };
  } catch {
    return null;
  }
}
