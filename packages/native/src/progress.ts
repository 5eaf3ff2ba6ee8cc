const firstAfterMs = 2000;

/**
 * Shows on standard output, from two seconds on, how much of `totalBytes` the function `measure` finds done and how long
 * the rest will take: one line that is rewritten on a terminal, a line every ten seconds elsewhere.
 * @returns what ends it.
 */
export function startProgress(totalBytes: number, measure: () => Promise<number>): () => void {
  const { isTTY } = process.stdout;
  const start = performance.now();
  let nextMs = firstAfterMs;
  let shown = false;
  let stopped = false;
  const timer = setInterval(async () => {
    const elapsedMs = performance.now() - start;
    if (elapsedMs < nextMs) return;
    nextMs = elapsedMs + (isTTY ? 250 : 10_000);
    const bytes = await measure();
    if (bytes === 0 || stopped) return;
    const line = progressLine(bytes, totalBytes, elapsedMs / 1000);
    process.stdout.write(isTTY ? `\r\x1b[K${line}` : `${line}\n`);
    shown = true;
  }, 250);
  return () => {
    stopped = true;
    clearInterval(timer);
    if (shown && isTTY) process.stdout.write("\r\x1b[K");
  };
}

/** E.g. ` 34 % (93 of 274 MB), 12 s left`, as if it went on as fast as it did until now; `bytes` > 0. */
export function progressLine(bytes: number, totalBytes: number, elapsedSeconds: number): string {
  const percent = String(Math.floor((100 * bytes) / totalBytes)).padStart(3);
  const megabytes = `${Math.round(bytes / 1e6)} of ${Math.round(totalBytes / 1e6)} MB`;
  const left = Math.ceil((elapsedSeconds * (totalBytes - bytes)) / bytes);
  return `${percent} % (${megabytes}), ${left} s left`;
}
