import { readFile } from 'node:fs/promises';

import { defineConfig, type Plugin } from 'vitest/config';

/** JupyterLab's icons are imported as the text of their SVG. */
const svgAsText: Plugin = {
  name: 'svg-as-text',
  enforce: 'pre',
  load: async id =>
    id.endsWith('.svg') ? `export default ${JSON.stringify(await readFile(id, 'utf8'))}` : null
};

export default defineConfig({
  plugins: [svgAsText],
  root: new URL('..', import.meta.url).pathname,
  resolve: {
    alias: {
      // The icons alone: the rest of the package needs a browser from its first line on.
      '@jupyterlab/ui-components': '@jupyterlab/ui-components/lib/icon/index.js'
    }
  },
  test: {
    include: ['tests/labextension/**/*.spec.{ts,tsx}'],
    environment: 'jsdom',
    setupFiles: ['tests/labextension/setup.ts'],
    testTimeout: 20_000,
    server: { deps: { inline: [/@jupyterlab\/ui-components/] } }
  }
});
