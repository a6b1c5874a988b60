/** Where a link really leads. */
export interface ITarget {
  readonly href: string;
  /** The host or address to show beside the link's text. */
  readonly destination: string;
}

const WEB = new Set(['http:', 'https:']);

/** The target of a link, or none when it is not one we offer: only web and mail addresses, and only absolute ones. */
export function targetOf(href: string): ITarget | null {
  let url: URL;
  try {
    url = new URL(href);
  } catch {
    return null;
  }
  if (WEB.has(url.protocol) && url.hostname !== '') {
    return { href: url.href, destination: url.host };
  }
  if (url.protocol === 'mailto:' && url.search === '' && url.pathname !== '') {
    return { href: url.href, destination: decode(url.pathname) };
  }
  return null;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
