"""The options of each magic, said once: what is parsed, completed and shown as help."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .problems import Problem


@dataclass(frozen=True)
class Option:
    """An option that takes a value, unless its ``parse`` is none."""

    name: str
    help: str
    parse: Callable[[str], object] | None = str
    repeated: bool = False

    @property
    def usage(self) -> str:
        return f"--{self.name}" if self.parse is None else f"--{self.name} {self.name.upper()}"


def _count(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 50:
        raise Problem(f"--k takes a number from 1 to 50, not {text!r}.")
    return int(text)


K = Option("k", "how many passages to read, 1 to 50", _count)
COLLECTION = Option("collection", "only documents of this collection; may be repeated", repeated=True)
PATH = Option("path", "only files below this folder or matching this glob; may be repeated", repeated=True)
MODEL = Option("model", 'the engine that answers, such as "extractive"')
JSON = Option("json", "return plain data instead of showing it", None)

ASK = (K, COLLECTION, PATH, MODEL, JSON)
SUBCOMMANDS: dict[str, tuple[Option, ...]] = {
    "status": (JSON,),
    "index": (JSON,),
    "search": (K, COLLECTION, PATH, JSON),
    "help": (),
}


def parse(options: tuple[Option, ...], line: str, magic: str) -> tuple[dict[str, object], str]:
    """Values of the options that come first, and the rest of the line just as it was typed."""
    values: dict[str, object] = {}
    rest = line.lstrip()
    while rest.startswith("--"):
        word, rest = _word(rest)
        if word == "--":
            break
        name, given, value = word[2:].partition("=")
        option = next((option for option in options if option.name == name), None)
        if option is None:
            raise Problem(f"{magic} has no option --{name}. {known(options)}")
        if option.parse is None:
            values[name] = True
            continue
        if not given:
            value, rest = _word(rest)
        value = _unquoted(value)
        if not value:
            raise Problem(f"--{name} needs a value.")
        parsed = option.parse(value)
        values[name] = [*_list(values.get(name)), parsed] if option.repeated else parsed
    return values, rest.strip()


def known(options: tuple[Option, ...]) -> str:
    """A sentence that lists the options."""
    return f"Options: {', '.join(option.usage for option in options)}." if options else "It takes no options."


def help_of(options: tuple[Option, ...]) -> str:
    """One line for each option."""
    return "\n".join(f"    {option.usage:<26}{option.help}" for option in options)


def _word(text: str) -> tuple[str, str]:
    """The first word, in which quotes may hold spaces, and what follows it."""
    text = text.lstrip()
    quote = ""
    for position, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'" and (position == 0 or text[position - 1] == "="):
            quote = character
        elif character.isspace():
            return text[:position], text[position:].lstrip()
    return text, ""


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
