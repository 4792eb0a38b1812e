"""Cases judged by Apache Spark: the same rows that `bumpcheck batch` gives.

    pip install bumpcheck[sql] pyspark
    python examples/spark/classify.py cases.csv verdicts-folder [--check verdicts.csv]

The cells of a column are read by bumpcheck, once for each different text; Spark then looks up their
numbers, and runs the view of `bumpcheck export sql --dialect spark` over them. With `--check` every
row is compared with what `bumpcheck batch` wrote, by the first column, which must be an id.

Here Spark runs on this machine alone; `spark-submit` takes the same script to a cluster.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql.functions import broadcast, coalesce, col, concat_ws, lit, when

from bumpcheck import AnswerError
from bumpcheck.answers import parse
from bumpcheck.batch.classify import columns
from bumpcheck.coded import coded
from bumpcheck.export.sql import Coding, View
from bumpcheck.export.sql.coding import column_between, column_of
from bumpcheck.export.sql.dialects import rendered
from bumpcheck.pack import shipped

NO_CODE = -1
TEXTS = "text string, code int, amount double, wrong string"


def read(spark: SparkSession, file: str) -> DataFrame:
    """A CSV file with every cell as it stands; an empty one is null."""
    return spark.read.csv(file, header=True, quote='"', escape='"', multiLine=False)


def texts(coding: Coding, question: str, cells: list[str]) -> Iterator[tuple[object, ...]]:
    """What each text of a column says: its number and its amount, or what is wrong with it."""
    for cell in cells:
        try:
            said = parse(coding.form.pack, {question: cell if cell.strip() else None})
        except AnswerError as error:
            yield cell, NO_CODE, None, error.message
        else:
            yield cell, *coding.code(question, said.given.get(question)), None


def in_code(spark: SparkSession, cases: DataFrame, coding: Coding) -> DataFrame:
    """The cases with a column of numbers for each question, and what is wrong in each."""
    wrong: list[Column] = []
    for block in coding.form.blocks:
        id = block.column.id
        name = column_of(block)
        if id not in cases.columns:
            cases = cases.withColumn(name, lit(None).cast("int"))
            continue
        cells = [row[0] for row in cases.select(id).distinct().collect() if row[0] is not None]
        known = spark.createDataFrame(list(texts(coding, id, cells)), TEXTS)
        known = known.select(
            col("text").alias(id),
            col("code").alias(name),
            col("amount").alias(f"{name}_amount"),
            col("wrong").alias(f"{name}_wrong"),
        )
        cases = cases.join(broadcast(known), id, "left")
        wrong.append(col(f"{name}_wrong"))
    for relation in coding.form.relations:
        one, other = (
            col(f"{column_of(block)}_amount") for block in (relation.first, relation.second)
        )
        by = when(one < other, 0).when(one > other, 2).otherwise(1)
        cases = cases.withColumn(column_between(relation), by)
    return cases.withColumn("said_wrong", concat_ws("; ", *wrong))


def judged(spark: SparkSession, cases: DataFrame) -> DataFrame:
    """The cases with the columns of a verdict each."""
    pack = shipped()
    form = coded(pack)
    in_code(spark, cases, Coding(form)).createOrReplaceTempView("coded_cases")
    query = View(form, "coded_cases", [*cases.columns, "said_wrong"]).whole()
    verdicts = spark.sql(rendered(query, "spark"))
    error = when(col("error").isNotNull(), col("said_wrong"))
    return verdicts.withColumn("error", error).select(*cases.columns, *columns(pack))


def differences(spark: SparkSession, ours: DataFrame, file: str, key: str) -> int:
    """How many rows are not the same in a file that `bumpcheck batch` wrote."""
    theirs = read(spark, file)
    pairs = ours.alias("a").join(theirs.alias("b"), key, "full_outer")
    same = lit(True)
    for name in theirs.columns:
        if name != key:
            cells = (col(f"{side}.{name}").cast("string") for side in "ab")
            one, other = (coalesce(cell, lit("")) for cell in cells)
            same = same & (one == other)
    here = col("a.outcome").isNotNull() | col("a.error").isNotNull()
    there = col("b.outcome").isNotNull() | col("b.error").isNotNull()
    return pairs.where(~(same & here & there)).count()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases")
    parser.add_argument("verdicts")
    parser.add_argument("--check")
    said = parser.parse_args()
    spark = (
        SparkSession.builder.master("local[*]")
        .appName("bumpcheck")
        .config("spark.driver.memory", "4g")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "16")
        # Each look-up takes a page, which is 64 MB if nobody says otherwise.
        .config("spark.buffer.pageSize", "1m")
        # A plan of a hundred look-ups is made once, not again after each of them.
        .config("spark.sql.adaptive.enabled", "false")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    started = time.monotonic()
    cases = read(spark, said.cases)
    key = cases.columns[0]
    verdicts = judged(spark, cases)
    verdicts.write.mode("overwrite").csv(said.verdicts, header=True, quote='"', escape='"')
    written = read(spark, said.verdicts)
    print(f"{written.count():,} rows in {time.monotonic() - started:.0f} s")
    if said.check:
        print(f"{differences(spark, written, said.check, key):,} rows differ")
    spark.stop()


if __name__ == "__main__":
    main()
