#!/bin/bash
# Builds every target (each folder of Corpus) for a fuzzing service, which sets SRC (the sources are in
# $SRC/tcp-core), WORK (for what comes up on the way), OUT (for the results), SANITIZER, FUZZING_ENGINE and
# LIB_FUZZING_ENGINE. Runs outside a container, too, with these set: see .ci/clusterfuzz.
#
# Needs Swift 6.3. Version 6.2 lacks `@used` and `@section`
# (Fuzz/FuzzProperties/Connection/StateCoverage.swift), which it has only as `@_used` and `@_section` behind
# `-enable-experimental-feature SymbolLinkageMarkers`.
set -euo pipefail
: "${SRC:?not set}" "${OUT:?not set}" "${WORK:?not set}" "${SANITIZER:?not set}"
fail() { echo "build.sh: $1" >&2; exit 1; }

case $SANITIZER in
  address | coverage) ;;
  *) fail "no build for the sanitizer '$SANITIZER'; there are address and coverage" ;;
esac
[ "${FUZZING_ENGINE:-libfuzzer}" = libfuzzer ] || fail "no build for the engine '$FUZZING_ENGINE'; there is libfuzzer"
# Swift links the libFuzzer that it brings along. Another library would be a second one, made for other
# counters.
[ "${LIB_FUZZING_ENGINE:--fsanitize=fuzzer}" = -fsanitize=fuzzer ] ||
  fail "cannot link '$LIB_FUZZING_ENGINE'; Swift brings its own libFuzzer, which -fsanitize=fuzzer means"

cd "$SRC/tcp-core"
mkdir -p "$OUT" "$WORK"
# The service's image has one that reads Swift's names; without it the traces of findings would be bare
# addresses.
symbolizer=/usr/local/bin/llvm-symbolizer-swift
[ ! -x $symbolizer ] || cp $symbolizer "$OUT/llvm-symbolizer"

# Prints the path of a target's program. The Swift libraries are part of it, since it runs where there is no
# Swift.
build() {
  if [ "$SANITIZER" = address ]; then
    # Linked so, a program exports all it has, and what the target does not reach would stay: nine times the
    # counters.
    SCRATCH=$WORK/address Fuzz/build-target "$1" --static-swift-stdlib -Xlinker --no-export-dynamic
    return
  fi
  local build=(swift build -c release --scratch-path "$WORK/coverage" --static-swift-stdlib --sanitize fuzzer
    -Xswiftc -sanitize=fuzzer -Xswiftc -DFUZZING -Xswiftc -DNO_ADDRESS_SANITIZER -Xswiftc -use-ld=lld
    -Xswiftc -profile-generate -Xswiftc -profile-coverage-mapping --product "$1")
  "${build[@]}" >&2
  realpath "$("${build[@]}" --show-bin-path)/$1"
}

for folder in Corpus/*/; do
  target=$(basename "$folder")
  program=$(build "$target")
  cp "$program" "$OUT/$target"
  rm -f "$OUT/${target}_seed_corpus.zip"
  (cd "$folder" && python3 -m zipfile -c "$OUT/${target}_seed_corpus.zip" ./*)
  # The same limits as Fuzz/fuzz.
  printf '[libfuzzer]\nmax_len = 1600\ntimeout = 10\n' > "$OUT/$target.options"
  if [ -f "Fuzz/$target/$target.options" ]; then cat "Fuzz/$target/$target.options" >> "$OUT/$target.options"; fi
  if [ -f "Fuzz/$target/$target.dict" ]; then
    cp "Fuzz/$target/$target.dict" "$OUT/"
    echo "dict = $target.dict" >> "$OUT/$target.options"
  fi
done
