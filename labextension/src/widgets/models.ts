import type { Conversation } from '../models/conversation';
import type { History } from '../models/history';
import type { Jobs } from '../models/jobs';
import type { Library } from '../models/library';
import type { PanelState } from '../models/panel';
import type { Preferences } from '../models/preferences';
import type { Reader } from '../models/reader';
import type { Removals } from '../models/removal';
import type { IWorkspace } from '../models/workspace';

/** Everything the panel shows. */
export interface IPanelModels {
  readonly conversation: Conversation;
  readonly history: History;
  readonly jobs: Jobs;
  readonly library: Library;
  readonly panel: PanelState;
  readonly preferences: Preferences;
  readonly reader: Reader;
  readonly removals: Removals;
  readonly workspace: IWorkspace;
}
