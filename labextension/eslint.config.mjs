import eslint from '@eslint/js';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const folder = name => `labextension/src/${name}/**/*.{ts,tsx}`;

/** Forbid imports that lead to other rooms of the front end; those in `typesOf` may be imported as types. */
const mayNotImport = (rooms, typesOf = [], libraries = []) => ({
  '@typescript-eslint/no-restricted-imports': [
    'error',
    {
      patterns: [
        ...rooms.map(room => ({ group: [`**/${room}`, `**/${room}/**`] })),
        ...typesOf.map(group => ({ group: [group].flat(), allowTypeImports: true })),
        ...libraries.map(library => ({ group: [library, `${library}/**`] }))
      ]
    }
  ]
});

const REACT = ['react', 'react-dom'];

export default tseslint.config(
  { ignores: ['labextension/lib/**', 'labextension/src/api/schema.ts'] },
  eslint.configs.recommended,
  ...tseslint.configs.strict,
  reactHooks.configs['recommended-latest'],
  jsxA11y.flatConfigs.strict,
  {
    files: ['**/*.{ts,tsx,mts}'],
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['vitest.config.mts'] },
        tsconfigRootDir: import.meta.dirname
      }
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true }
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-namespace': 'off',
      '@typescript-eslint/unified-signatures': 'off',
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'JSXAttribute[name.name="dangerouslySetInnerHTML"]',
          message: 'Everything is drawn from allowed elements; no text is ever parsed as HTML.'
        },
        {
          selector:
            ':matches(AssignmentExpression > MemberExpression.left, CallExpression > MemberExpression.callee)[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML)$/]',
          message: 'Everything is drawn from allowed elements; no text is ever parsed as HTML.'
        }
      ]
    }
  },
  {
    files: [folder('api')],
    rules: mayNotImport(['models', 'components', 'widgets', 'notebook', 'plugins'], [], [...REACT])
  },
  {
    files: [folder('models')],
    rules: mayNotImport(
      ['components', 'widgets', 'notebook', 'plugins'],
      [],
      [...REACT, '@lumino/widgets', '@jupyterlab']
    )
  },
  {
    // Pure functions over values are the exception: what a turn, a scope or a sentence is.
    files: [folder('components')],
    rules: mayNotImport(
      ['widgets', 'notebook', 'plugins'],
      ['**/api/**', ['**/models/**', '!**/models/turn', '!**/models/scope', '!**/models/speech']]
    )
  },
  {
    files: [folder('notebook')],
    rules: mayNotImport(['components', 'widgets', 'plugins'], ['**/api/**', '**/models/**'], REACT)
  },
  { files: [folder('widgets')], rules: mayNotImport(['plugins'], ['**/api/**']) },
  {
    files: ['labextension/src/*.ts'],
    ignores: ['labextension/src/index.ts'],
    rules: mayNotImport(['plugins'])
  }
);
