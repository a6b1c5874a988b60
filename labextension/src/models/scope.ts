import type { Filters } from '../api/types';

/** What a question is limited to. */
export type Scope =
  | { readonly kind: 'all' }
  | { readonly kind: 'collection'; readonly id: string; readonly name: string }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'notebook'; readonly path: string };

export const EVERYTHING: Scope = { kind: 'all' };

/** The filters that limit a search to a scope. */
export function filtersOf(scope: Scope): Filters {
  switch (scope.kind) {
    case 'all':
      return {};
    case 'collection':
      return { collections: [scope.id] };
    case 'folder':
      return scope.path === '' ? {} : { paths: [literalGlob(scope.path)] };
    case 'notebook':
      return { paths: [literalGlob(scope.path)] };
  }
}

export function sameScope(one: Scope, other: Scope): boolean {
  return scopeKey(one) === scopeKey(other);
}

/** A string that tells scopes apart, for lists and storage. */
export function scopeKey(scope: Scope): string {
  switch (scope.kind) {
    case 'all':
      return 'all';
    case 'collection':
      return `collection:${scope.id}`;
    case 'folder':
    case 'notebook':
      return `${scope.kind}:${scope.path}`;
  }
}

/** A glob that matches just this path, though its name may hold glob characters. */
function literalGlob(path: string): string {
  return path.replace(/[*?[]/g, '[$&]');
}
