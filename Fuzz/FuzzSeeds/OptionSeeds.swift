/// The options of a header alone. The comments name the rows of robustness_cases.tsv.
let optionSeeds: [Seed] = [
  Seed("no-options", []),
  Seed("options-of-a-syn", Option.ofSYN),
  Seed("options-of-an-ack", Option.ofACK),
  Seed("mss-alone", Option.mss(1_460)),
  // CVE-04
  Seed("mss-0", Option.mss(0)),
  Seed("mss-1", Option.mss(1)),
  Seed("mss-65535", Option.mss(65_535)),
  // ROB-260, CVE-05
  Seed("window-scale-14", Option.nop + Option.scale(14)),
  Seed("window-scale-15", Option.nop + Option.scale(15)),
  Seed("window-scale-255", Option.nop + Option.scale(255)),
  // CVE-01
  Seed("option-length-zero", Option.mss(1_460) + [254, 0] + Option.sackPermitted),
  Seed("known-kind-with-length-zero", [8, 0]),
  // CVE-02
  Seed("option-length-one", Option.mss(1_460) + [254, 1] + Option.sackPermitted),
  Seed("option-length-one-past-the-header", [254, 5, 0, 0]),
  Seed("option-length-255", [254, 255, 0, 0]),
  Seed("kind-without-length-in-the-last-octet", [1, 1, 1, 2]),
  // CVE-03
  Seed("mss-value-past-the-header", [1, 1, 2, 4]),
  Seed("mss-with-length-3", [2, 3, 5, 1]),
  Seed("timestamps-with-length-9", [8, 9, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1]),
  Seed("sack-with-half-a-block", [5, 6, 0, 0, 0, 1, 1, 1]),
  Seed("sack-without-blocks", [1, 1, 5, 2]),
  // ROB-326
  Seed("unknown-option-of-its-own-length", Option.unknown(253, text("experiment"))),
  Seed("unknown-option-of-40-octets", Option.unknown(254, fill(0x55, 38))),
  // CVE-12
  Seed("good-option-then-lie-then-good-option", Option.mss(536) + [8, 11] + Option.ofACK),
  // CVE-13
  Seed("sack-block-empty", Option.nop + Option.nop + Option.sack((500, 500))),
  Seed("sack-blocks-with-edges-swapped", Option.sack((500, 400), (1, 0xFFFF_FFFF))),
  Seed("sack-blocks-overlapping", Option.sack((100, 300), (200, 400), (100, 300))),
  Seed("four-sack-blocks", Option.sack((1, 2), (3, 4), (5, 6), (7, 8))),
  Seed("two-sack-options-with-five-blocks", Option.sack((1, 2), (3, 4)) + Option.sack((5, 6), (7, 8))),
  Seed("sack-block-half-the-circle-long", Option.sack((0, 1 << 31), ((1 << 31) - 1, 0))),
  Seed("timestamps-and-three-sack-blocks", Option.ofACK + Option.sack((1, 2), (3, 4), (5, 6))),
  // 40 octets that would take 44 were they all sent again with their padding.
  Seed(
    "mss-timestamps-and-three-sack-blocks",
    Option.mss(1_460) + Option.timestamps(1, 2) + Option.sack((1, 2), (3, 4), (5, 6))),
  Seed("user-timeout", [28, 4, 0x01, 0x2C]),
  Seed("user-timeout-in-minutes", [28, 4, 0x80, 5]),
  Seed("user-timeout-of-zero", [28, 4, 0, 9, 28, 4, 0, 0, 28, 4, 0x80, 0]),
  Seed("user-timeout-too-short", [28, 3, 1, 28, 2] + Option.nop + Option.nop + Option.nop),
  Seed("user-timeout-too-long", [28, 6, 0x01, 0x2C, 0, 0, 28, 4, 0xFF, 0xFF] + Option.nop + Option.nop),
  Seed("user-timeout-past-the-header", [1, 1, 28, 4]),
  Seed("user-timeout-of-a-syn", Option.ofSYN + [28, 4, 0x01, 0x2C]),
  Seed("user-timeout-and-three-sack-blocks", Option.sack((1, 2), (3, 4), (5, 6)) + [1, 1, 28, 4, 0, 1]),
  Seed(
    "user-timeout-timestamps-and-two-sack-blocks",
    Option.ofACK + [28, 4, 0, 1] + Option.sack((1, 2), (3, 4)) + Option.nop + Option.nop),
  Seed("mss-twice", Option.mss(536) + Option.mss(1_460)),
  Seed("end-of-list-and-then-lies", Option.end + [2, 0, 3, 0, 8, 255]),
  Seed("forty-nops", fill(1, 40)),
  Seed("twenty-unknown-options", (0..<20).flatMap { Option.unknown(UInt8(100 + $0)) }),
  Seed("timestamps-not-aligned", Option.timestamps(0xFFFF_FFFF, 1 << 31) + Option.nop + Option.nop),
  Seed("sack-permitted-and-timestamps", Option.sackPermitted + Option.timestamps(0, 0)),
]
