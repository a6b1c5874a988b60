import { Token } from '@lumino/coreutils';

import type { AssistClient } from './api/client';
import type { AssistEvents } from './api/events';
import type { Conversation } from './models/conversation';
import type { Jobs } from './models/jobs';
import type { Library } from './models/library';
import type { PanelState } from './models/panel';
import type { Preferences } from './models/preferences';
import type { Reader } from './models/reader';
import type { Removals } from './models/removal';

/** The server's operations and its news. */
export interface IAssistClient {
  readonly client: AssistClient;
  readonly events: AssistEvents;
}

export const IAssistClient = new Token<IAssistClient>(
  'jupyter-devassist:IAssistClient',
  'The operations of the assistant: search, ask, documents, collections.'
);

/** The documents, the work on them, and what was removed a moment ago. */
export interface IAssistLibrary {
  readonly library: Library;
  readonly jobs: Jobs;
  readonly removals: Removals;
}

export const IAssistLibrary = new Token<IAssistLibrary>(
  'jupyter-devassist:IAssistLibrary',
  'The library: documents, sources, collections and the work under way.'
);

/** Opens citations at the exact cell, page or line. */
export const IAssistReader = new Token<Reader>(
  'jupyter-devassist:IAssistReader',
  'Opens a citation at the place where its quote stands now.'
);

/** What the user chose in the settings editor. */
export const IAssistPreferences = new Token<Preferences>(
  'jupyter-devassist:IAssistPreferences',
  'The preferences of the assistant.'
);

/** The conversation and the panel it is in. */
export interface IAssistPanel {
  readonly conversation: Conversation;
  readonly panel: PanelState;
  /** Bring the panel in front. */
  reveal(): void;
}

export const IAssistPanel = new Token<IAssistPanel>(
  'jupyter-devassist:IAssistPanel',
  'The panel of the assistant and its conversation.'
);
