"""Problems, one file per family; the file's name is the problem's name."""
