import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';

import { AssistClient } from '../api/client';
import { AssistEvents } from '../api/events';
import { IAssistClient } from '../tokens';

/** The way to the server. */
export const clientPlugin: JupyterFrontEndPlugin<IAssistClient> = {
  id: 'jupyter-devassist:client',
  description: 'Talks to the assistant on the server.',
  autoStart: true,
  provides: IAssistClient,
  activate: (app: JupyterFrontEnd): IAssistClient => ({
    client: new AssistClient(app.serviceManager.serverSettings),
    events: new AssistEvents(app.serviceManager.events.stream)
  })
};
