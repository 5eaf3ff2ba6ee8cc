/** A whole number as one says it in a row: 1st, 2nd, 3rd, 4th, 11th, 21st. */
export function ordinal(n: number): string {
  const tens = n % 100;
  const ending = tens >= 11 && tens <= 13 ? undefined : ["th", "st", "nd", "rd"][n % 10];
  return `${n}${ending ?? "th"}`;
}
