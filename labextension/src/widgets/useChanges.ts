import type { ISignal } from '@lumino/signaling';
import { useEffect, useReducer } from 'react';

interface IChanging {
  readonly changed: ISignal<unknown, unknown>;
}

/**
 * Draw again whenever one of the models changes.
 *
 * #### Notes
 * The redraw is asked for at once, since a text field must get its new value in the same event;
 * React joins those that come together.
 */
export function useChanges(...models: readonly IChanging[]): void {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    models.forEach(model => model.changed.connect(redraw));
    // What changed between drawing and connecting.
    redraw();
    return () => models.forEach(model => model.changed.disconnect(redraw));
    // Models live as long as the panel.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
}
