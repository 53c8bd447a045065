"""The figures of the chapters: one module per chapter, one `draw_` function per figure."""
