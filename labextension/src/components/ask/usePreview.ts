import { useCallback, useEffect, useRef, useState } from 'react';

/** Which source is previewed, and beside what. */
export interface IPreviewed {
  readonly marker: number;
  readonly anchor: HTMLElement;
}

interface IPreviewControl {
  readonly previewed: IPreviewed | null;
  /** The pointer rests on a source, or has left it. */
  readonly hover: (marker: number, anchor: HTMLElement) => void;
  readonly leave: () => void;
  /** The pointer is on the preview itself, which must then stay. */
  readonly hold: () => void;
  readonly toggle: (marker: number, anchor: HTMLElement) => void;
  readonly close: () => void;
}

const OPEN_MILLISECONDS = 300;
const CLOSE_MILLISECONDS = 150;

/** Opens and closes the preview of a source. */
export function usePreview(): IPreviewControl {
  const [previewed, setPreviewed] = useState<IPreviewed | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>();

  const after = useCallback((milliseconds: number, next: IPreviewed | null) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setPreviewed(next), milliseconds);
  }, []);
  const close = useCallback(() => {
    clearTimeout(timer.current);
    setPreviewed(null);
  }, []);

  useEffect(() => {
    if (previewed === null) {
      return;
    }
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape') {
        event.stopPropagation();
        close();
      }
    };
    document.addEventListener('keydown', onKeyDown, true);
    document.addEventListener('scroll', close, { capture: true, once: true });
    return () => {
      document.removeEventListener('keydown', onKeyDown, true);
      document.removeEventListener('scroll', close, true);
    };
  }, [previewed, close]);
  useEffect(() => () => clearTimeout(timer.current), []);

  return {
    previewed,
    hover: (marker, anchor) => after(OPEN_MILLISECONDS, { marker, anchor }),
    leave: () => after(CLOSE_MILLISECONDS, null),
    hold: () => clearTimeout(timer.current),
    toggle: (marker, anchor) => {
      clearTimeout(timer.current);
      setPreviewed(current => (current?.marker === marker ? null : { marker, anchor }));
    },
    close
  };
}
