import type { CommandSpec } from "command-line";

/** What the playground's command understands. */
export const commandSpec = {
  name: "playground",
  about: "Serves a page that runs the solver beside trained models in the browser.",
  usage: ["playground [options]"],
  flags: {
    port: {
      type: "integer",
      value: "N",
      min: 1,
      max: 65_535,
      about: "where it listens; the next free one where it is taken (default 5173)",
    },
    host: {
      type: "string",
      value: "NAME",
      about: "the address that it listens at; 0.0.0.0 for all (default localhost)",
    },
  },
} as const satisfies CommandSpec;
