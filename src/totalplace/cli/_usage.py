"""What is wrong with a command as typed, told like every other problem."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import typer

from totalplace.errors import Problem

__all__ = ["usage_problem"]


def usage_problem(error: typer.TyperException, words: Sequence[str]) -> Problem:
    """A parser's complaint about a command's words as a problem."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "totalplace"
    fix = f"run `{command} --help` to see what it takes"
    option = getattr(error, "option_name", None)
    kind, message = type(error).__name__, error.format_message().strip()
    if kind == "NoSuchOption":
        near = getattr(error, "possibilities", None)
        why = f"did you mean {' or '.join(sorted(near))}?" if near else "it takes no such option"
        return Problem("unknown_option", "there is no such option", f"{command} {option}", why, fix)
    parameter = getattr(error, "param", None)
    where = f"{command} {_name(parameter)}".strip()
    if kind == "MissingParameter":
        return Problem("missing_argument", "something is missing", where, "it must be given", fix)
    if kind == "BadParameter":
        where += _given(words, _name(parameter))
        why = message.partition(": ")[2] or message
        return Problem("bad_value", "this value cannot be used", where, _lower(why), fix)
    if kind == "BadOptionUsage":
        return Problem("bad_option", "the option is incomplete", where, _lower(message), fix)
    if found := re.match(r"No such command '(.*?)'\.?\s*(.*)", message, re.DOTALL):
        why = _lower(found[2]) or "it is no verb of totalplace"
        return Problem("unknown_verb", "there is no such verb", f"{command} {found[1]}", why, fix)
    return Problem("bad_command", "the command cannot be understood", command, _lower(message), fix)


def _given(words: Sequence[str], option: str) -> str:
    """The value that an option was given, with a space before it."""
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == option:
            return f" {following}".rstrip()
        if word.startswith(f"{option}="):
            return f" {word.partition('=')[2]}"
    return ""


def _name(parameter: Any) -> str:
    if parameter is None:
        return ""
    options = [name for name in parameter.opts if name.startswith("-")]
    return options[0] if options else str(parameter.metavar or parameter.name).upper()


def _lower(text: str) -> str:
    """A parser's sentence as the part of one: no capital, no full stop."""
    plain = text.strip().rstrip(".")
    return plain[:1].lower() + plain[1:]
