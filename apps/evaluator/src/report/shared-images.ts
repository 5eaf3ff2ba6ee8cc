const source = /(<image [^>]*?)xlink:href="(data:[^"]+)"([^>]*)\/>/gu;

/**
 * Draws images that come twice in a page by reference to their first place, so that the page holds each only once.
 * The sizes of the two are taken as equal.
 *
 * @param name - begins the names of the images within the page.
 */
export function shareImages(
  name: string,
  first: string,
  second: string,
): { readonly first: string; readonly second: string } {
  const places = new Map<string, { readonly id: string; readonly x: number; readonly y: number }>();
  const at = (tag: string, axis: "x" | "y") =>
    Number(new RegExp(` ${axis}="([^"]+)"`, "u").exec(tag)?.[1] ?? 0);
  const named = first.replace(source, (whole, before: string, data: string, after: string) => {
    const key = sizeOf(before) + data;
    if (places.has(key)) return whole;
    const id = `${name}-${places.size}`;
    places.set(key, { id, x: at(before, "x"), y: at(before, "y") });
    return `${before}id="${id}" xlink:href="${data}"${after}/>`;
  });
  const referring = second.replace(source, (whole, before: string, data: string) => {
    const place = places.get(sizeOf(before) + data);
    if (place === undefined) return whole;
    return `<use href="#${place.id}" x="${at(before, "x") - place.x}" y="${at(before, "y") - place.y}"/>`;
  });
  return { first: named, second: referring };
}

const sizeOf = (tag: string): string => (tag.match(/(?:width|height)="[^"]+"/gu) ?? []).join(" ");
