import { nullTranslator, type TranslationBundle } from '@jupyterlab/translation';
import { createContext, useContext } from 'react';

/** A stretch of highlighted code: its text and the class of its style. */
export interface IStyledText {
  readonly text: string;
  readonly className: string;
}

/** Colours code, or says that it does not know the language. */
export type Highlight = (code: string, language: string) => Promise<readonly IStyledText[] | null>;

/** What every component may need and none should hand down. */
export interface ISurroundings {
  readonly trans: TranslationBundle;
  readonly highlight: Highlight;
  /** Put code into a new cell below the active one; none while no notebook is open. */
  readonly insertCode: ((code: string) => void) | null;
  readonly copy: (text: string) => void;
}

export const Surroundings = createContext<ISurroundings>({
  trans: nullTranslator.load('jupyterlab'),
  highlight: () => Promise.resolve(null),
  insertCode: null,
  copy: () => undefined
});

export function useSurroundings(): ISurroundings {
  return useContext(Surroundings);
}

export function useTrans(): TranslationBundle {
  return useContext(Surroundings).trans;
}
