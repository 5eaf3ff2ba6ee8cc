/** Deeper than any file that this project writes or reads; `JSON.stringify` and schemas recurse far deeper than this. */
const maxDepth = 100;

/** How deep brackets are nested in a JSON text, up to a limit. */
function depthUpTo(text: string, limit: number): number {
  let [depth, deepest, isText] = [0, 0, false];
  for (let i = 0; i < text.length && deepest <= limit; i++) {
    const character = text[i];
    if (isText) {
      if (character === "\\") i++;
      else if (character === '"') isText = false;
    } else if (character === '"') isText = true;
    else if (character === "[" || character === "{") {
      depth++;
      deepest = Math.max(deepest, depth);
    } else if (character === "]" || character === "}") depth--;
  }
  return deepest;
}

/**
 * Reads JSON of a file that may come from anywhere. One that is nested deeper than 100 levels is refused before it is
 * parsed, since it would take many times its size in memory and overflow the stack of what walks through it.
 *
 * @throws SyntaxError where the text is no JSON, or nested too deep.
 */
export function parseJson(text: string): unknown {
  if (depthUpTo(text, maxDepth) > maxDepth) {
    throw new SyntaxError(`nested deeper than ${maxDepth} levels`);
  }
  return JSON.parse(text);
}
