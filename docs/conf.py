"""How Sphinx builds the documentation; nothing here reaches for the network."""

from importlib.metadata import version as installed_version

project = "convcheck"
author = "convcheck contributors"
project_copyright = "2026, convcheck contributors"
version = release = installed_version("convcheck")

extensions = ["myst_nb", "numpydoc", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.mathjax"]
exclude_patterns = ["_build", "jupyter_execute"]
html_theme = "furo"
html_title = "convcheck"
myst_enable_extensions = ["amsmath", "dollarmath", "colon_fence"]
myst_heading_anchors = 3

# Notebooks lie in git without outputs; one that fails is an error.
nb_execution_mode = "cache"
nb_execution_raise_on_error = True
nb_execution_timeout = 300

# The pages of the design that do not exist yet are named in the index by patterns.
suppress_warnings = ["toc.empty_glob"]
