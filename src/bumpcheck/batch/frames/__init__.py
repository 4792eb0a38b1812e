"""Files of cases by an embedded columnar engine: what the rest of `batch` does, column by column.

The judge is the same, on planes of some ten thousand rows: `texts` tells what the texts of a column
say, `turning` makes planes of numbers and numbers of planes, and `judging` goes from texts to
verdicts. `slices` is CSV, as long as it is plain: `grid` finds its cells, `apart` tells which are
alike, and `lines` puts rows and verdicts together as text. `parquet` is Parquet, which `telling`
gives its columns.
"""
