"""A real Spark for tests: a cluster of two workers, each a process of its own."""

import shutil
from importlib.util import find_spec

CLUSTER = "local-cluster[2,1,1024]"

QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""A JVM that lives for a minute spends it on compiling otherwise."""

SMALL = {
    "spark.driver.extraJavaOptions": QUICK,
    "spark.executor.extraJavaOptions": QUICK,
    "spark.executor.memory": "1g",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.codegen.wholeStage": "false",
}
"""For bills of ten rows: two parts of each, and nothing compiled for them."""


def missing() -> str:
    """What Spark lacks here; empty where it has everything."""
    if find_spec("pyspark") is None:
        return "no PySpark: make .venv/.spark installs it"
    if shutil.which("java") is None:
        return "no Java: Spark needs 17 or newer"
    return ""
