#!/usr/bin/env node
import { ArgumentError } from "@eddyflow/core";
import { didYouMean, helpText, runCommand } from "command-line";
import { verbs } from "./verbs.ts";

const command = "npx @eddyflow/cli";
const names = verbs.map(({ name }) => name);
const column = Math.max(...names.map((name) => name.length));

async function showHelp(word = "--help"): Promise<void> {
  if (word !== "--help" && word !== "-h") {
    throw new ArgumentError({
      problem: `unknown verb "${word}"`,
      expected: names.join(", "),
      remedy: didYouMean(word, names),
    });
  }
  const text = helpText({
    name: "eddyflow",
    about: "flow-matching models of fluids, from data to a distilled model and what it is worth.",
    usage: [`${command} <verb> ...`],
    lists: [
      {
        title: "Verbs:",
        rows: verbs.map(({ name, about }) => `  ${name.padEnd(column)}  ${about}`),
      },
    ],
    flags: {},
    notes: [`Each verb has a help of its own: ${command} train --help.`],
  });
  process.stdout.write(text);
}

const [word] = process.argv.slice(2);
const verb = verbs.find(({ name }) => name === word);
if (verb === undefined) {
  await runCommand("eddyflow", () => showHelp(word));
} else {
  process.argv.splice(2, 1, ...verb.words);
  await verb.run();
}
