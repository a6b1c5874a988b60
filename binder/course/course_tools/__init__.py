"""Small functions that the notebooks of this course share: loading the files and cleaning them."""
