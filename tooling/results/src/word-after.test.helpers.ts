/** The word of a command line that follows another one. */
export const wordAfter = (args: readonly string[], word: string): string | undefined =>
  args[args.indexOf(word) + 1];
