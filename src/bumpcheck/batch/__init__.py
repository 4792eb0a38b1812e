"""Files of cases: many rows in, the same rows with a verdict each out, in memory of one block.

What is logic stands apart from what reads and writes: `names` tells which column answers which
question, `cells` what a cell says, `classify` what comes of rows; `tables` (CSV) and `lines` (JSON
Lines) are the forms rows come in, `writing` those they leave in; `rows` joins them, and `streams`
alone opens anything. Another form is one more `Source` and one more `Writer`; another way to judge
is one more `Classifier`.

The fast one judges a block of rows at a time: `planes` turns rows on their side, into numbers with
a bit for each row; `circuits` works out the rules' diagrams on these; `alarms`, `weighed` and
`judging` go from there to the verdict, as `engine` does for one case; `telling` puts it in words.
Where polars is installed, `frames` reads and writes large files; it asks the same judge.
"""
