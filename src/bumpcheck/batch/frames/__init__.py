"""Files of cases by an embedded columnar engine: what the rest of `batch` does, column by column.

Polars reads and writes. What is in between is the same judge, on planes of some ten thousand rows:
`texts` numbers the texts of a column and looks up what they say, `turning` makes planes of numbers
and numbers of planes, `judging` goes from cells to verdicts, and `telling` to columns or text.
`slices` is CSV, as long as it is plain; `parquet` is Parquet.
"""
