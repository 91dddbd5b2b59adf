"""The language of proof files.  Untrusted: what it proves ends in rules of the kernel.

terms     expressions with operators                  words     reasons: squares, roots, sums
proof     given, let, have, calc, cases, induction    play      the game of an optimizer, from its own code
printing  text and LaTeX; parsing                     files     proof files and what they prove
"""
