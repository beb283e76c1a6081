"""Runs the rows of the table and prints them."""

import argparse
import concurrent.futures
import json
import os
import statistics
import subprocess
import sys

from rows import RATES, ROWS, Run


def run_tool(words, arguments=()):
    """The standard output of one run."""
    line = [os.environ["TCPCORE"], "loopback", *words.split(), *arguments]
    result = subprocess.run(line, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if result.returncode != 0:
        sys.exit(f"{' '.join(line)} ended with {result.returncode}: {result.stdout}{result.stderr}")
    return result.stdout


def run_seed(row, control, seed):
    """One seed of a row."""
    words = ["--control", control, "--seed", str(seed)]
    result = json.loads(run_tool(row.words, words + ["--json"]))
    result["control"] = control
    reference = None
    # There is an ideal sender only for controls that have a response function.
    if row.reference and (control in RATES or "--ideal" not in row.reference):
        reference = json.loads(run_tool(row.reference, words + ["--json"]))
    return Run(result, reference, run_tool(row.words, words + ["--trace"]) if row.is_traced else "")


def quartiles(values):
    """The lower quartile, the median, the upper quartile."""
    return statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else values * 3


def show(row, control, pool, seeds):
    """Runs one row with one controller and prints it; returns how many bars are not met."""
    print(f"{row.name}, {control}: tcpcore loopback {row.words} --control {control}", flush=True)
    runs = list(pool.map(lambda seed: run_seed(row, control, seed), range(1, seeds + 1)))
    missed = 0
    for bar in row.bars:
        if bar.controls and control not in bar.controls:
            continue
        values = [bar.measure(run) for run in runs]
        low, middle, high = quartiles(values)
        value = bar.whole(values)
        is_met = bar.is_met(value)
        missed += not is_met
        verdict = bar.text if bar.text == "reported" else bar.text + (": met" if is_met else ": NOT MET")
        name = {"fmean": "mean"}.get(bar.whole.__name__, bar.whole.__name__)
        rest = "" if bar.whole is statistics.median else f"; {name} {value:.4g}"
        print(f"    {bar.name}: median {middle:.4g} ({low:.4g} to {high:.4g}){rest} {bar.unit}".rstrip()
              + f"   {verdict}", flush=True)
    return missed


def main():
    """Reads the command line."""
    parser = argparse.ArgumentParser(description="Loss recovery and congestion control on simulated links.")
    parser.add_argument("--seeds", type=int, default=20, help="seeds 1 to so many (20)")
    parser.add_argument("--control", help="these instead of each row's own")
    parser.add_argument("--only", default="", help="rows with this text in their names")
    parser.add_argument("--list", action="store_true", help="the rows' commands only")
    arguments = parser.parse_args()
    missed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for row in ROWS:
            if arguments.only not in row.name:
                continue
            controls = row.controls
            if arguments.control and "," not in controls[0]:
                controls = arguments.control.split(",")
            for control in controls:
                if arguments.list:
                    print(f"{row.name}: tcpcore loopback {row.words} --control {control}")
                else:
                    missed += show(row, control, pool, arguments.seeds)
    if not arguments.list:
        print("every bar is met" if missed == 0 else f"{missed} bars are NOT MET")
    return missed != 0


if __name__ == "__main__":
    sys.exit(main())
