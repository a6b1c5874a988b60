"""The library: the user's files, cut into chunks that can be found and cited.

Files come in; passages leave. SQLite holds the truth; the Tantivy and LanceDB indexes are derived from it and can be
rebuilt at any time.
"""
