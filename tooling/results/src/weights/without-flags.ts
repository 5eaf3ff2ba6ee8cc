/** Words of a command line without some flags and their values. */
export const withoutFlags = (
  words: readonly string[],
  flags: readonly string[],
): readonly string[] =>
  words.filter(
    (word, i) => !(flags.includes(word) || (i > 0 && flags.includes(words[i - 1] as string))),
  );
