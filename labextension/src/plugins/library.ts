import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';

import { Jobs } from '../models/jobs';
import { Library } from '../models/library';
import { Removals } from '../models/removal';
import { IAssistClient, IAssistLibrary } from '../tokens';

/** The documents and the work on them. */
export const libraryPlugin: JupyterFrontEndPlugin<IAssistLibrary> = {
  id: 'jupyter-devassist:library',
  description: 'The library of the assistant.',
  autoStart: true,
  provides: IAssistLibrary,
  requires: [IAssistClient],
  activate: (app: JupyterFrontEnd, { client, events }: IAssistClient): IAssistLibrary => {
    const removals = new Removals();
    const jobs = new Jobs(client, events.arrived);
    const library = new Library(client, jobs, removals, events.arrived);
    void app.restored.then(() => Promise.all([library.refresh(), jobs.refresh()]));
    return { library, jobs, removals };
  }
};
