import type { Event } from '@jupyterlab/services';
import { type ISignal, Signal } from '@lumino/signaling';

/** The assistant's news on the server's event bus: ids, states and counts. */
export type AssistEvent =
  | { readonly type: 'document_changed'; readonly document_id: string; readonly state: string }
  | { readonly type: 'job_changed'; readonly job_id: string; readonly state: string }
  | { readonly type: 'library_changed' };

const SCHEMA_PREFIX = 'https://jupyter-devassist/';

/** Picks the assistant's events out of Jupyter's stream. */
export class AssistEvents {
  constructor(stream: Event.Stream | null) {
    stream?.connect((_, emission) => {
      const event = read(emission);
      if (event !== null) {
        this._arrived.emit(event);
      }
    });
  }

  get arrived(): ISignal<this, AssistEvent> {
    return this._arrived;
  }

  private readonly _arrived = new Signal<this, AssistEvent>(this);
}

function read(emission: Event.Emission): AssistEvent | null {
  if (!emission.schema_id.startsWith(SCHEMA_PREFIX)) {
    return null;
  }
  const { document_id, job_id, state } = emission;
  if (typeof job_id === 'string' && typeof state === 'string') {
    return { type: 'job_changed', job_id, state };
  }
  if (typeof document_id === 'string' && typeof state === 'string') {
    return { type: 'document_changed', document_id, state };
  }
  return { type: 'library_changed' };
}
