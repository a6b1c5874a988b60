import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { chatPlugin } from './plugins/chat';
import { clientPlugin } from './plugins/client';
import { libraryPlugin } from './plugins/library';
import { notebookPlugin } from './plugins/notebook';
import { preferencesPlugin } from './plugins/preferences';
import { statusPlugin } from './plugins/status';

export * from './tokens';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  clientPlugin,
  preferencesPlugin,
  libraryPlugin,
  notebookPlugin,
  chatPlugin,
  statusPlugin
];

export default plugins;
