const SETTLING_MILLISECONDS = 500;
const USER_ACTIONS = ['pointerdown', 'keydown'] as const;

/**
 * Focus a field and keep it focused until the user does something else. Says whether it could be focused.
 *
 * #### Notes
 * JupyterLab gives the focus back to the open document a moment after its command palette or a menu has
 * closed, also when the command that was chosen there has moved it.
 */
export function focusFirmly(field: HTMLElement): boolean {
  field.focus();
  if (document.activeElement !== field) {
    return false;
  }
  const stop = new AbortController();
  const { signal } = stop;
  const end = () => stop.abort();
  const takeBack = () => setTimeout(() => !signal.aborted && field.focus(), 0);
  field.addEventListener('blur', takeBack, { signal });
  USER_ACTIONS.forEach(name => document.addEventListener(name, end, { signal, capture: true }));
  setTimeout(end, SETTLING_MILLISECONDS);
  return true;
}
