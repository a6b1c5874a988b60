import { addBelowIcon, copyIcon } from '@jupyterlab/ui-components';
import React, { useEffect, useState } from 'react';

import { IconButton } from '../shared/IconButton';
import { Plain } from '../shared/Plain';
import { useSurroundings, type IStyledText } from '../shared/surroundings';

interface ICodeBlockProps {
  readonly code: string;
  readonly language: string;
}

/** Longer code is shown without colours: colouring it would hold up the page. */
const MAX_COLOURED = 50_000;

/** Code with its language's colours, to be copied or inserted below the active cell. */
export function CodeBlock({ code, language }: ICodeBlockProps): JSX.Element {
  const { trans, highlight, insertCode, copy } = useSurroundings();
  const [styled, setStyled] = useState<{ code: string; parts: readonly IStyledText[] } | null>(null);

  useEffect(() => {
    let isCurrent = true;
    if (language !== '' && code.length <= MAX_COLOURED) {
      void highlight(code, language).then(parts => {
        if (isCurrent && parts !== null) {
          setStyled({ code, parts });
        }
      });
    }
    return () => {
      isCurrent = false;
    };
  }, [code, language, highlight]);

  const parts = styled !== null && styled.code === code ? styled.parts : [{ text: code, className: '' }];
  return (
    <div className="jp-DevAssist-code">
      {/* Scrollable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0} aria-label={language === '' ? trans.__('Code') : trans.__('Code, %1', language)}>
        <code>
          {parts.map((part, index) => (
            <span key={index} className={part.className}>
              <Plain text={part.text} isCode />
            </span>
          ))}
        </code>
      </pre>
      <div className="jp-DevAssist-codeActions">
        <IconButton icon={copyIcon} label={trans.__('Copy code')} onClick={() => copy(code)} />
        {insertCode !== null && (
          <IconButton
            icon={addBelowIcon}
            label={trans.__('Insert in a new cell below')}
            onClick={() => insertCode(code)}
          />
        )}
      </div>
    </div>
  );
}
