import type { ExperimentConfig } from "@eddyflow/experiments";
import type { OwnValues } from "./own-values.ts";

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
  tree: typeof import("./schema-tree.ts"),
  schema: unknown,
  value: Readonly<Record<string, unknown>>,
  indent: string,
): string[] {
  const children = tree.childrenOf(schema, value);
  return Object.entries(value).flatMap(([key, inner]) => {
    const child = children.get(key);
    const about = tree.aboutOf(child);
    const comment = about === null ? [] : [`${indent}// ${about}`];
    if (!isRecord(inner)) return [...comment, `${indent}${keyText(key)}: ${valueText(inner)},`];
    return [
      ...comment,
      `${indent}${keyText(key)}: {`,
      ...lines(tree, child, inner, `${indent}  `),
      `${indent}},`,
    ];
  });
}

/** A resolved experiment as a module that exports it, with a comment for each key. */
export async function configText(
  { module, ...config }: ExperimentConfig,
  own: OwnValues,
): Promise<string> {
  // Here, so that an app that does not show a configuration starts without the schemas.
  const [{ configSchema }, tree] = await Promise.all([
    import("./experiment-schema.ts"),
    import("./schema-tree.ts"),
  ]);
  return [
    'import type { Experiment } from "@eddyflow/experiments";',
    ...(module === undefined
      ? []
      : [
          `// Of ${module.path} are the names of a network, norm, method or system: put those values in.`,
        ]),
    "",
    "export default {",
    ...lines(tree, configSchema(own), { ...config }, "  "),
    "} satisfies Experiment;",
    "",
  ].join("\n");
}
