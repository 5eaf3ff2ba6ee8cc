import { DataError } from "@eddyflow/core";

/** The lines between which a table is kept in a page. */
export const regionStart = "<!-- verify:pde -->";
export const regionEnd = "<!-- /verify:pde -->";

/**
 * The page with the text between its two marks replaced.
 *
 * @throws DataError for a page without one mark of each kind, in order.
 */
export function replaceRegion(page: string, text: string): string {
  const [before, inside, ...more] = page.split(regionStart);
  const [old, after, ...others] = (inside ?? "").split(regionEnd);
  if (
    before === undefined ||
    old === undefined ||
    after === undefined ||
    more.length + others.length > 0
  ) {
    throw new DataError({
      problem: "the page has no place for the table",
      expected: `a line ${regionStart} and after it a line ${regionEnd}, once each`,
      remedy: "write the two lines where the table shall stand",
    });
  }
  return `${before}${regionStart}\n\n${text.trim()}\n\n${regionEnd}${after}`;
}
