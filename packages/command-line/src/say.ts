import { printable } from "@eddyflow/core";

/**
 * Prints a text of one or several lines on stdout, on a terminal over the progress that is shown there. Names in it (files,
 * channels, runs, contestants) may come from anywhere: what a terminal would obey is shown instead.
 */
export function say(text: string): void {
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[2K");
  process.stdout.write(`${text.split("\n").map(printable).join("\n")}\n`);
}
