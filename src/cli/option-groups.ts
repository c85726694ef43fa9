// Groups the options of a command in its help.

import type { Command, Option } from 'commander';

/**
 * The options themselves name no group, because commands share them.
 * @param groups the long flags of each heading; others come first, under "Options:"
 */
export function groupOptions(command: Command, groups: Readonly<Record<string, readonly string[]>>): void {
  const headings = Object.keys(groups);
  const headingOf = ({ long }: Option): string =>
    headings.find(each => groups[each]?.includes(long ?? '')) ?? 'Options:';
  const isOption = (item: unknown): item is Option =>
    typeof item === 'object' && item !== null && 'long' in item;
  command.configureHelp({
    groupItems: (_, visible, getGroup) =>
      new Map(
        [...Map.groupBy(visible, item => (isOption(item) ? headingOf(item) : getGroup(item)))].sort(
          ([left], [right]) => headings.indexOf(left) - headings.indexOf(right),
        ),
      ),
  });
}
