/** A picture of the report: SVG text, and what to say under it. */
export interface Picture {
  /** File name without extension. */
  readonly name: string;
  readonly svg: string;
  readonly caption: string;
}
