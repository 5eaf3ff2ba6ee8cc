/** Something that one call of an app makes, in a folder that is named after all that decides its content. */
export interface Work {
  /** What it does, in words for the person who waits. */
  readonly title: string;
  readonly app: "simulator" | "trainer" | "evaluator";
  /** The same for the same outcome: of its configuration, and of the keys of what it needs. */
  readonly key: string;
  /** What it makes, relative to the root of the checkout. */
  readonly folder: string;
  /** What comes first. */
  readonly needs: readonly Work[];
  /** Measured on two cores with native TensorFlow. */
  readonly seconds: number;
  /** A path that is there where an earlier call was interrupted. */
  readonly begun: string;
  /** Words after the app's name. */
  args(begun: boolean): readonly string[];
}

/** Works and all that they need, each once and after what it needs. */
export function inOrder(works: readonly Work[]): readonly Work[] {
  const found = new Map<string, Work>();
  const visit = (work: Work): void => {
    if (found.has(work.folder)) return;
    work.needs.forEach(visit);
    found.set(work.folder, work);
  };
  works.forEach(visit);
  return [...found.values()];
}
