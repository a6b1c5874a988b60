import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';

import { Preferences } from '../models/preferences';
import { IAssistPreferences } from '../tokens';

/** Its id is the settings' name, `jupyter-devassist:plugin`. */
export const preferencesPlugin: JupyterFrontEndPlugin<Preferences> = {
  id: 'jupyter-devassist:plugin',
  description: 'The preferences of the assistant.',
  autoStart: true,
  provides: IAssistPreferences,
  optional: [ISettingRegistry],
  activate: (_app: JupyterFrontEnd, registry: ISettingRegistry | null): Preferences => {
    const preferences = new Preferences();
    void registry?.load(preferencesPlugin.id).then(settings => {
      preferences.update(settings.composite);
      settings.changed.connect(() => preferences.update(settings.composite));
    });
    return preferences;
  }
};
