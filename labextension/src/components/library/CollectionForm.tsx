import React, { useEffect, useId, useRef, useState } from 'react';

import type { Collection, CollectionRules } from '../../api/types';
import { useTrans } from '../shared/surroundings';

interface ICollectionFormProps {
  readonly collection: Collection | null;
  readonly onSave: (rules: CollectionRules) => void;
  readonly onCancel: () => void;
}

/** A collection's name and rules, one glob a line. */
export function CollectionForm({ collection, onSave, onCancel }: ICollectionFormProps): JSX.Element {
  const trans = useTrans();
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    // What this returns in newer browsers must not be taken for a clean-up.
    form.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const [name, setName] = useState(collection?.name ?? '');
  const [include, setInclude] = useState((collection?.include ?? ['**']).join('\n'));
  const [exclude, setExclude] = useState((collection?.exclude ?? []).join('\n'));
  return (
    // Escape leaves the form from any of its fields.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form
      ref={form}
      className="jp-DevAssist-form"
      aria-label={collection === null ? trans.__('New collection') : trans.__('Change %1', collection.name)}
      onSubmit={event => {
        event.preventDefault();
        onSave({ name: name.trim(), include: globs(include), exclude: globs(exclude) });
      }}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          onCancel();
        }
      }}
    >
      <label htmlFor={`${id}-name`}>{trans.__('Name')}</label>
      <input
        id={`${id}-name`}
        className="jp-mod-styled"
        required
        // The form opens because the user asked for it.
        // eslint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        value={name}
        onChange={event => setName(event.currentTarget.value)}
      />
      <label htmlFor={`${id}-include`}>{trans.__('Include')}</label>
      <textarea
        id={`${id}-include`}
        rows={2}
        required
        spellCheck={false}
        aria-describedby={`${id}-hint`}
        value={include}
        onChange={event => setInclude(event.currentTarget.value)}
      />
      <label htmlFor={`${id}-exclude`}>{trans.__('Exclude')}</label>
      <textarea
        id={`${id}-exclude`}
        rows={2}
        spellCheck={false}
        aria-describedby={`${id}-hint`}
        value={exclude}
        onChange={event => setExclude(event.currentTarget.value)}
      />
      <p id={`${id}-hint`} className="jp-DevAssist-aside">
        {trans.__('One rule a line, written as in .gitignore: course/week-*/, *.pdf')}
      </p>
      <div className="jp-DevAssist-buttons">
        <button type="submit" className="jp-DevAssist-button jp-mod-accept" disabled={name.trim() === ''}>
          {trans.__('Save')}
        </button>
        <button type="button" className="jp-DevAssist-button" onClick={onCancel}>
          {trans.__('Cancel')}
        </button>
      </div>
    </form>
  );
}

function globs(text: string): string[] {
  return text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');
}
