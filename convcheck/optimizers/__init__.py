"""Update rules, one file each; the file's name is the optimizer's name."""
