/** A channel in the name of a file: its letters and digits, and its place, so that no two are equal. */
export const fileName = (channel: string, index: number): string =>
  [index + 1, ...(channel.toLowerCase().match(/[a-z0-9]+/gu) ?? [])].join("-").slice(0, 40);
