/**
 * Moves labels apart along one axis. The positions it returns are at least `gap` apart, in the order of the wanted
 * ones and as near to them as a common shift of each crowded group allows. They stay within `bounds` if there is
 * room.
 */
export function spreadLabels(
  wanted: readonly number[],
  gap: number,
  [low, high]: readonly [number, number],
): number[] {
  // Pool adjacent violators: a group of touching labels is centred on the mean of what they want.
  const order = wanted.map((_, index) => index).sort((a, b) => at(wanted, a) - at(wanted, b));
  const groups: { sum: number; members: number[] }[] = [];
  const start = (group: { sum: number; members: number[] }): number => {
    const count = group.members.length;
    const first = group.sum / count - ((count - 1) * gap) / 2;
    return Math.max(low, Math.min(first, high - (count - 1) * gap));
  };
  for (const index of order) {
    let group = { sum: at(wanted, index), members: [index] };
    for (let last = groups.at(-1); last !== undefined; last = groups.at(-1)) {
      if (start(last) + last.members.length * gap <= start(group)) break;
      groups.pop();
      group = { sum: last.sum + group.sum, members: [...last.members, ...group.members] };
    }
    groups.push(group);
  }
  const placed = wanted.map(() => 0);
  for (const group of groups) {
    const first = start(group);
    group.members.forEach((index, position) => {
      placed[index] = first + position * gap;
    });
  }
  return placed;
}

const at = (values: readonly number[], index: number): number => values[index] as number;
