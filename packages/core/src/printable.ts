const escaped = (character: string): string => {
  const code = character.codePointAt(0) as number;
  if (character === "\n") return "\\n";
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, "0")}`
    : `\\u${code.toString(16).padStart(4, "0")}`;
};

/**
 * A text as a terminal may be given it. Names of files, channels and runs can hold anything: what a terminal would obey
 * (escape sequences, line breaks, marks that turn the direction of writing) is shown instead, such as `\x1b`.
 */
export const printable = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, escaped);

/** A text of at most `limit` characters: the middle of a longer one is left out. */
export function shortened(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const start = Math.ceil((limit - 1) / 2);
  const end = limit - 1 - start;
  // A pair of surrogates is one character, and half of one is none.
  const whole = (part: string) => part.replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/u, "");
  return `${whole(text.slice(0, start))}…${whole(end > 0 ? text.slice(-end) : "")}`;
}
