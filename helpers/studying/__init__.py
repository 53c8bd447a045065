"""Studying alone: what a reader foretold, what comes back to be recalled, and where they are.

Everything stays in the reader's browser; `store.js` keeps it, and says in a sentence when it cannot.
"""
