import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CommandIDs } from '../commands';
import { IAssistLibrary } from '../tokens';
import { StatusItem } from '../widgets/StatusItem';

/** The work under way, in the status bar. */
export const statusPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-devassist:status',
  description: 'Shows in the status bar what the assistant is indexing.',
  autoStart: true,
  requires: [IAssistLibrary, IStatusBar],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    { jobs }: IAssistLibrary,
    statusBar: IStatusBar,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_devassist');
    const open = () => void app.commands.execute(CommandIDs.openLibrary);
    statusBar.registerStatusItem(statusPlugin.id, {
      item: new StatusItem(jobs, trans, open),
      align: 'left',
      rank: 900,
      isActive: () => jobs.active.length > 0,
      activeStateChanged: jobs.changed
    });
  }
};
