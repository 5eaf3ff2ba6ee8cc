import { ArgumentError } from "@eddyflow/core";

/** The error for an option that does not fit the files, or is missing. */
export const wrongOption = (problem: string, expected: string): ArgumentError =>
  new ArgumentError({ problem, expected, remedy: "change the option" });
