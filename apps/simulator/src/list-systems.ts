import { recipeKeys, type System, systems } from "@eddyflow/systems";

/** What can be simulated, and every key of each recipe with its default. */
export const listSystems = (list: readonly System[] = systems): string =>
  list
    .map((system) => {
      const keys = recipeKeys(system).map(
        ({ name, about, value }) => `  data.${name}=${JSON.stringify(value)}\n      ${about}`,
      );
      return `${system.name}: ${system.about}\n${keys.join("\n")}\n`;
    })
    .join("\n");
