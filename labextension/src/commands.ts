/** The names of the assistant's commands, as shortcuts and other extensions use them. */
export namespace CommandIDs {
  export const focusQuestion = 'devassist:focus-question';
  export const askAboutSelection = 'devassist:ask-about-selection';
  export const stop = 'devassist:stop';
  export const openLibrary = 'devassist:open-library';
  export const openHistory = 'devassist:open-history';
  export const newConversation = 'devassist:new-conversation';
  export const indexFolder = 'devassist:index-folder';
  export const addFolder = 'devassist:add-folder';
  export const addFiles = 'devassist:add-files';
  export const addToLibrary = 'devassist:add-to-library';
  export const back = 'devassist:back';
  export const openSettings = 'devassist:open-settings';
  export const help = 'devassist:help';
}
