"""Draw fields and episodes: pictures, films, windows, pages; and the commands of the command line."""
