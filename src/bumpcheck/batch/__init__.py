"""Files of cases: many rows in, the same rows with a verdict each out, in memory of one row.

What is logic stands apart from what reads and writes: `names` tells which column answers which
question, `cells` what a cell says, `classify` what comes of a row; `tables` (CSV) and `lines` (JSON
Lines) are the forms a row comes in, `writing` those it leaves in; `rows` joins them, and `streams`
alone opens anything. Another form is one more `Source` and one more writer; a faster way to judge
is one more `Classifier`.
"""
