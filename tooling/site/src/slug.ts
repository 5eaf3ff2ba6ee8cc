/** The anchor of a heading, as GitHub makes it: letters, digits, "_" and "-" stay, a space becomes "-". */
export const slugOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
    .replaceAll(" ", "-");
