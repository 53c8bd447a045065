"""Who in a class has solved what: notebooks that others hand in, run anew and judged by our own check.

`rerun` is the process that runs one, `marking` what it comes to, and `classroom` the table of all.
"""
