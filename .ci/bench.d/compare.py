"""Compares what .ci/bench counted with the table of instructions, or rewrites the table.

    compare.py DEFAULT HASWELL TABLE WHERE [--record]

DEFAULT and HASWELL hold what `tcpcore-bench --json` printed for either processor: arrays, one after another. WHERE
names the toolchain, the C library and the machine. Prints what is wrong, and exits with 1 if anything is.
"""
import json
import sys

FIELDS = {"name", "nanoseconds", "operations", "bytes", "allocations", "instructions"}
ALLOWED_GROWTH = 1.05


def read(file):
    """The records of all arrays in a file."""
    with open(file) as source:
        text = source.read()
    decoder, records = json.JSONDecoder(), []
    while text.strip():
        text = text.lstrip()
        part, end = decoder.raw_decode(text)
        records += part
        text = text[end:]
    return records


def check_record(record):
    """What is wrong with one record by itself."""
    if not FIELDS <= record.keys():
        yield f"{record}: a field is missing"
        return
    name, octets, instructions = record["name"], record["bytes"], record["instructions"]
    if record["allocations"] != 0:
        yield f"{name}: {record['allocations']} allocations"
    # Fewer mean that the compiler removed the work.
    if octets > 16 and not name.endswith("unchecked") and instructions < octets / 16:
        yield f"{name}: {instructions} instructions for {octets} octets"


def check_scale(counts):
    """The cost of finding a connection must not grow with their number."""
    few, many = counts["scale.ack.10000"][0], counts["scale.ack.100000"][0]
    if abs(many - few) > 0.1 * few:
        yield f"an acknowledgment: {few} over 10,000 connections, {many} over 100,000"


def record_table(table, where, counts):
    with open(table, "w") as out:
        out.write("# Instructions of one operation, without the C library's memcpy, by default and for Haswell: "
                  f"{where}\n")
        for name, both in counts.items():
            out.write("\t".join([name] + [f"{count:.0f}" for count in both]) + "\n")


def check_table(table, where, counts):
    """Where the counts are more than the table allows, or not comparable with it."""
    with open(table) as source:
        lines = source.read().splitlines()
    if not lines[0].endswith(": " + where):
        yield f"the table is of {lines[0].split(': ')[1]}; this is {where}"
    known = {line.split("\t")[0]: line.split("\t")[1:] for line in lines[1:]}
    for name in counts.keys() ^ known.keys():
        yield f"{name} is not in both the table and the benchmark"
    for name in counts.keys() & known.keys():
        for count, limit, processor in zip(counts[name], known[name], ["by default", "for Haswell"], strict=True):
            if count > ALLOWED_GROWTH * float(limit):
                yield f"{name}: {count:.0f} instructions {processor}, {limit} in the table"


def main():
    default, haswell, table, where, *mode = sys.argv[1:]
    found, fast = read(default), read(haswell)
    wrong = [problem for record in found + fast for problem in check_record(record)]
    counts = {record["name"]: [record["instructions"]] for record in found}
    for record in fast:
        counts[record["name"]].append(record["instructions"])
    wrong += check_scale(counts)
    if mode == ["--record"]:
        record_table(table, where, counts)
        return bool(wrong)
    wrong += check_table(table, where, counts)
    print("\n".join(wrong) or f"{len(counts)} benchmarks, no allocation, none above the table by 5 %")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
