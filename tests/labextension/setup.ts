// JupyterLab's packages name this class when they are loaded; jsdom does not have it.
globalThis.DragEvent ??= class extends MouseEvent {} as unknown as typeof DragEvent;
