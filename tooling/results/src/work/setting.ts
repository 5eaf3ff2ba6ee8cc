/** An experiment as a command line names it. */
export interface Setting {
  /** Its name, or its module relative to the root of the checkout. */
  readonly experiment: string;
  readonly size: "full" | "small";
  /** `key.path=value` of its data and network. */
  readonly overrides: readonly string[];
}

/** The experiment's words of a command line, without those of a method. */
export const settingWords = ({ experiment, size, overrides }: Setting): readonly string[] => [
  experiment,
  ...(size === "full" ? [] : ["--size", size]),
  ...overrides,
];
