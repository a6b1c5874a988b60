import React, { useEffect, useRef, useState } from 'react';

interface ILiveRegionProps {
  /** What has been said so far; only what is added to it is spoken. */
  readonly spoken: string;
}

/** Speaks to screen readers what is added to a text, politely. */
export function LiveRegion({ spoken }: ILiveRegionProps): JSX.Element {
  const before = useRef('');
  const [addition, setAddition] = useState('');

  useEffect(() => {
    const isContinued = before.current !== '' && spoken.startsWith(before.current);
    const added = isContinued ? spoken.slice(before.current.length).trim() : spoken;
    before.current = spoken;
    if (added !== '') {
      setAddition(added);
    }
  }, [spoken]);

  return (
    <div className="jp-DevAssist-spoken" role="status" aria-live="polite">
      {addition}
    </div>
  );
}
