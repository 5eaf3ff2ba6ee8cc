const isRefused = /\b(EACCES|EPERM|EROFS|ENOTDIR)\b|permission denied|read-only file system/i;

/**
 * What to do after an install failed: its package manager says in its output whether a file was in the way, and those are
 * kept below HOME, where they are not in the checkout.
 * @param {string} output
 * @param {import("./processes.mjs").Environment} env
 * @param {string} otherwise
 */
export function afterFailedInstall(output, { HOME: home }, otherwise) {
  return isRefused.test(output)
    ? `a folder cannot be written: make it writable, or set HOME (${home ?? "not set"}), below which caches are kept, to a folder that is`
    : otherwise;
}
