/** A comma separates unless it is inside quotes, which open where a path may begin: at the start or after "=" or "|". */
const piece = /(?:(?<=^|[,=|]\s*)"(?:[^"]|"")*"|[^,])+/gu;

/** An entry that ends in a sampler, whose numbers of steps the next comma may go on with. */
const endsInSampler = /@[\w;:,\s-]*:[\w,\s-]*$/u;

/**
 * Divides the text of `--models` into its entries, `teacher=a@euler:1,2;midpoint:50` being one: after a sampler a number
 * is a further number of steps.
 */
export function splitEntries(text: string): readonly string[] {
  const entries: string[] = [];
  for (const part of (text.match(piece) ?? []).map((found) => found.trim())) {
    const last = entries.at(-1);
    if (part === "") continue;
    if (last !== undefined && /^-?\d[^=]*$/u.test(part) && endsInSampler.test(last)) {
      entries[entries.length - 1] = `${last},${part}`;
    } else {
      entries.push(part);
    }
  }
  return entries;
}
