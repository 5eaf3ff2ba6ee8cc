/** The names that The Well gives the splits. */
export const wellSplit = { train: "train", validation: "valid", test: "test" } as const;
