"""Which programming language a file name or a word stands for, and how it writes comments."""

from __future__ import annotations

from pathlib import Path

_SUFFIXES_OF = {
    "ada": ".adb .ads",
    "awk": ".awk",
    "bash": ".sh .bash .zsh .fish",
    "batch": ".bat .cmd",
    "c": ".c .h",
    "clojure": ".clj .cljs .cljc",
    "cmake": ".cmake",
    "cpp": ".cpp .cc .cxx .hpp .hh .hxx .ino .cu .cuh",
    "csharp": ".cs",
    "css": ".css .scss .sass .less",
    "cython": ".pyx .pxd",
    "d": ".d",
    "dart": ".dart",
    "elixir": ".ex .exs",
    "elm": ".elm",
    "erlang": ".erl .hrl",
    "fortran": ".f .f77 .f90 .f95 .f03 .for",
    "fsharp": ".fs .fsx",
    "go": ".go",
    "graphql": ".graphql .gql",
    "groovy": ".groovy .gradle",
    "haskell": ".hs",
    "ini": ".ini .cfg .conf .properties",
    "java": ".java",
    "javascript": ".js .jsx .mjs .cjs",
    "julia": ".jl",
    "kotlin": ".kt .kts",
    "latex": ".tex .sty .cls .bib",
    "lisp": ".lisp .el .scm .rkt",
    "lua": ".lua",
    "makefile": ".mk",
    "matlab": ".m",
    "nim": ".nim",
    "nix": ".nix",
    "objective-c": ".mm",
    "ocaml": ".ml .mli",
    "pascal": ".pas",
    "perl": ".pl .pm",
    "php": ".php",
    "powershell": ".ps1 .psm1",
    "prolog": ".pro",
    "protobuf": ".proto",
    "python": ".py .pyw .pyi",
    "r": ".r",
    "ruby": ".rb .rake",
    "rust": ".rs",
    "sas": ".sas",
    "scala": ".scala .sc",
    "solidity": ".sol",
    "sql": ".sql",
    "stan": ".stan",
    "stata": ".do .ado",
    "swift": ".swift",
    "terraform": ".tf .hcl",
    "toml": ".toml",
    "tsx": ".tsx",
    "typescript": ".ts .mts .cts",
    "vhdl": ".vhd .vhdl",
    "verilog": ".v .sv",
    "vue": ".vue .svelte",
    "yaml": ".yaml .yml",
    "zig": ".zig",
}
_BY_SUFFIX = {suffix: language for language, suffixes in _SUFFIXES_OF.items() for suffix in suffixes.split()}
_BY_NAME = {
    "makefile": "makefile",
    "gnumakefile": "makefile",
    "dockerfile": "dockerfile",
    "containerfile": "dockerfile",
    "cmakelists.txt": "cmake",
    "gemfile": "ruby",
    "rakefile": "ruby",
    "jenkinsfile": "groovy",
    "snakefile": "python",
}
_ALIASES = {
    "c++": "cpp", "console": "bash", "golang": "go", "ipython": "python", "ipython2": "python", "ipython3": "python",
    "jl": "julia", "js": "javascript", "jsx": "javascript", "py": "python", "py3": "python", "pycon": "python",
    "python2": "python", "python3": "python", "rs": "rust", "sh": "bash", "shell": "bash", "shell-session": "bash",
    "ts": "typescript", "yml": "yaml", "zsh": "bash",
}  # fmt: skip
_SLASHES = frozenset("c cpp csharp go groovy java javascript kotlin rust scala swift tsx typescript dart".split())
_DASHES = frozenset("ada elm haskell lua sql".split())


def language_of(path: Path) -> str | None:
    """The language of a source file by its name."""
    return _BY_NAME.get(path.name.lower()) or _BY_SUFFIX.get(path.suffix.lower())


def language_named(word: str) -> str:
    """The one name of a language that goes by several."""
    word = word.lower()
    return _ALIASES.get(word, word)


def comment_mark(language: str) -> str:
    """What begins a comment that ends with its line."""
    if language in _SLASHES:
        return "//"
    return "--" if language in _DASHES else "#"
