import { LabIcon } from '@jupyterlab/ui-components';

/** A page with a mark in its margin: a note, and the place in it. */
export const assistIcon = new LabIcon({
  name: 'jupyter-devassist:assist',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <path class="jp-icon3" fill="#616161" d="M4 3h16a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1h-6.2L9 21.4V17H4a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zm1 2v10h6v2.2l2.2-2.2H19V5zm2 2h2v6H7zm4 0h6v2h-6zm0 4h4v2h-4z"/>
</svg>`
});
