/** A name as part of a path and of a list with commas. */
export const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll("δ", "d")
    .replaceAll("β", "b")
    .replaceAll(/[^a-z0-9.]+/gu, "-")
    .replaceAll(/^-|-$/gu, "");
