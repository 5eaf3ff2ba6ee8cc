/** A picture of the report: SVG text, and what to say of it. */
export interface Picture {
  /** File name without extension: letters, digits and hyphens. */
  readonly name: string;
  readonly svg: string;
  /** The same for a telephone. */
  readonly narrow: string;
  /** What it shows, for those who do not see it. */
  readonly alt: string;
  readonly caption: string;
}
