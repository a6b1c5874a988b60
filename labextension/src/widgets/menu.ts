import type { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';

import { CommandIDs } from '../commands';

const ENTRIES: readonly (readonly string[])[] = [
  [CommandIDs.newConversation, CommandIDs.openHistory],
  [CommandIDs.addFolder, CommandIDs.addFiles],
  [CommandIDs.openSettings, CommandIDs.help]
];

/** The panel's menu of everything that has no button. */
export function createMenu(commands: CommandRegistry): (x: number, y: number) => void {
  const menu = new Menu({ commands });
  ENTRIES.forEach((group, index) => {
    if (index > 0) {
      menu.addItem({ type: 'separator' });
    }
    group.forEach(command => menu.addItem({ command }));
  });
  return (x, y) => menu.open(x, y, { horizontalAlignment: 'right' });
}
