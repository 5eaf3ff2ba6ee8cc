/** Node's own type stripping works from here on without a flag. */
export const oldestNode = "22.18.0";
/** The first major version that is not supported. */
export const nodeLimit = 25;

/**
 * Negative, zero or positive as `a` is older than, equal to or newer than `b`; what follows a dash is ignored.
 * @param {string} a
 * @param {string} b
 */
export function compareVersions(a, b) {
  const [left, right] = [a, b].map((version) =>
    version.replace(/^v/, "").replace(/-.*$/, "").split(".").map(Number),
  );
  for (let i = 0; i < 3; i++) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * Whether a Node of this version runs the sources.
 * @param {string} version
 */
export function nodeFits(version) {
  return compareVersions(version, oldestNode) >= 0 && compareVersions(version, `${nodeLimit}`) < 0;
}
