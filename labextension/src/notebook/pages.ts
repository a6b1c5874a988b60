/**
 * Turn to a page of a PDF that is open in JupyterLab's viewer. Says whether one was there to be turned.
 *
 * #### Notes
 * A browser's own viewer goes blank when only the page in its address changes, so it is put in anew.
 */
export function turnToPage(viewer: HTMLElement, page: number): boolean {
  const shown = viewer.querySelector('iframe')?.contentDocument?.querySelector('object');
  const parent = shown?.parentElement;
  if (!shown?.data || !parent) {
    return false;
  }
  shown.remove();
  shown.data = `${shown.data.split('#')[0]}#page=${page}`;
  parent.append(shown);
  return true;
}
