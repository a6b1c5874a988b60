import React from 'react';

import { revealHidden } from './characters';

interface IPlainProps {
  readonly text: string;
  readonly isCode?: boolean;
}

/** Text from a document or a model, with hidden characters made visible. */
export function Plain({ text, isCode = false }: IPlainProps): JSX.Element {
  return (
    <>
      {revealHidden(text, isCode).map((piece, index) =>
        piece.isHidden ? (
          <span key={index} className="jp-DevAssist-hidden">
            {piece.text}
          </span>
        ) : (
          piece.text
        )
      )}
    </>
  );
}
