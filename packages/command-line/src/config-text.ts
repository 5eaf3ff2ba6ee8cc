import type { ExperimentConfig } from "@eddyflow/experiments";
import { aboutOf, childrenOf } from "./schema-tree.ts";

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const keyText = (key: string): string =>
  /^[A-Za-z_$][\w$]*$/u.test(key) ? key : JSON.stringify(key);

/** Plain data on one line, as TypeScript writes it. */
function valueText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(", ")}]`;
  if (!isRecord(value)) return JSON.stringify(value) ?? "undefined";
  const entries = Object.entries(value).map(
    ([key, inner]) => `${keyText(key)}: ${valueText(inner)}`,
  );
  return `{ ${entries.join(", ")} }`;
}

function lines(
  schema: unknown,
  value: Readonly<Record<string, unknown>>,
  indent: string,
): string[] {
  const children = childrenOf(schema, value);
  return Object.entries(value).flatMap(([key, inner]) => {
    const child = children.get(key);
    const about = aboutOf(child);
    const comment = about === null ? [] : [`${indent}// ${about}`];
    if (!isRecord(inner)) return [...comment, `${indent}${keyText(key)}: ${valueText(inner)},`];
    return [
      ...comment,
      `${indent}${keyText(key)}: {`,
      ...lines(child, inner, `${indent}  `),
      `${indent}},`,
    ];
  });
}

/** A resolved experiment as a module that exports it, with a comment for each key. */
export async function configText(config: ExperimentConfig): Promise<string> {
  const { configSchema } = await import("./experiment-schema.ts");
  return [
    'import type { Experiment } from "@eddyflow/experiments";',
    "",
    "export default {",
    ...lines(configSchema(), { ...config }, "  "),
    "} satisfies Experiment;",
    "",
  ].join("\n");
}
