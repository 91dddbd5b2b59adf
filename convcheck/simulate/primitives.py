"""The vocabulary in native code: source text that every generated kernel begins with.

Numba compiles it without fastmath, so LLVM neither reorders nor contracts, and each function has the bits of the NumPy
function of its name.  The one exception is the sign of ``maximum(-0.0, 0.0)`` and ``minimum(-0.0, 0.0)``, which NumPy
itself leaves to the processor.  All but ``mod`` compile to branch-free instructions that LLVM vectorises; ``mod`` calls
the C library's fmod, which is exact.
"""

from convcheck.arithmetic import elementary
from convcheck.arithmetic.program import Line

NATIVE = '''\
from math import sqrt

import numpy as np
from numba import float64, njit, types, uint64
from numba.extending import intrinsic


@intrinsic
def rint(typing_context, x):
    """Round to the nearest integer, halves to even."""

    def generate(context, builder, signature, args):
        return builder.call(builder.module.declare_intrinsic("llvm.rint", [args[0].type]), args)

    return types.float64(types.float64), generate


@intrinsic
def where(typing_context, condition, a, b):
    def generate(context, builder, signature, args):
        return builder.select(*args)

    return types.float64(types.boolean, types.float64, types.float64), generate


def extreme(comparison):
    """Return the larger or the lesser of two numbers, and NaN if either is: one instruction, then a NaN in a."""

    @intrinsic
    def choose(typing_context, a, b):
        def generate(context, builder, signature, args):
            a, b = args
            chosen = builder.select(builder.fcmp_ordered(comparison, a, b), a, b)
            return builder.select(builder.fcmp_ordered("ord", a, a), chosen, a)

        return types.float64(types.float64, types.float64), generate

    return choose


maximum = extreme(">")
minimum = extreme("<")


@njit(error_model="numpy")
def sign(x):
    return 1.0 if x > 0.0 else (-1.0 if x < 0.0 else (0.0 if x == 0.0 else x))


@njit(error_model="numpy")
def mod(a, b):
    limit = 4503599627370496.0  # below 2^52 the quotient, the product and the difference of integers are exact
    if 0.0 <= a < limit and 1.0 <= b < limit and a == np.floor(a) and b == np.floor(b):
        rest = a - b * np.floor(a / b)
        return rest + b if rest < 0.0 else (rest - b if rest >= b else rest)  # the quotient may be one off
    return a % b


@njit(error_model="numpy")
def power_of_two(k):
    return np.int64(np.float64(k + (1.5 * 2.0**52 + 1023.0)).view(np.int64) << np.int64(52)).view(np.float64)


@njit(error_model="numpy")
def scale(x, k):
    half = rint(0.5 * k)
    return x * power_of_two(half) * power_of_two(k - half)


@njit(error_model="numpy")
def exponent(x):
    field = (np.float64(x).view(np.int64) >> np.int64(52)) & np.int64(0x7FF)
    return np.int64(field | np.int64(0x4330000000000000)).view(np.float64) - (2.0**52 + 1023.0)


@njit(error_model="numpy")
def mantissa(x):
    kept = np.float64(x).view(np.int64) & np.int64(-0x7FF0000000000001)
    return np.int64(kept | np.int64(0x3FF0000000000000)).view(np.float64)
'''
"""Definitions of sqrt, maximum, minimum, sign, where, mod and the exact operations of the elementary functions, and
the names np, njit, float64 and uint64."""

_ARITHMETIC = {"add": "+", "sub": "-", "mul": "*", "div": "/"}
_INFIX = _ARITHMETIC | {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}


def helper_source(name: str) -> str:
    """Return the source of the elementary function ``name``, to follow `NATIVE`: one line for each operation.

    LLVM is told to inline it, because a loop that calls a function is not vectorised.
    """
    program = elementary.program(name)
    lines = [
        '@njit(error_model="numpy", forceinline=True)',
        f"def {name}({', '.join(program.inputs)}):",
        *(f"    r{k} = {expression(line)}" for k, line in enumerate(program.lines)),
        f"    return {argument(program.outputs[0])}",
    ]
    return "\n".join(lines) + "\n"


def expression(line: Line) -> str:
    """Print one operation of a program."""
    args = [argument(arg) for arg in line.args]
    if line.operation in _INFIX:
        return f"{args[0]} {_INFIX[line.operation]} {args[1]}"
    if line.operation == "neg":
        return f"-{args[0]}"
    return f"{line.operation}({', '.join(args)})"


def argument(arg: str) -> str:
    """Print an argument: the value of line k is the variable ``rk``; inputs and literals stay."""
    return f"r{arg[1:]}" if arg.startswith("%") else arg
