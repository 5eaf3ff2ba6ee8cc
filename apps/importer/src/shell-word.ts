/** A word as a shell takes it: in quotes where it has more than letters, digits and what paths are made of. */
export const shellWord = (text: string): string =>
  /^[\w./:@%+,=-]+$/u.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
