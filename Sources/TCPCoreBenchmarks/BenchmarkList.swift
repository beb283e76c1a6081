/// Everything that can be measured, in the order in which it is.
enum BenchmarkList {
  static var all: [Benchmark] { parsing + emitting + sums + stages + whole + scale }

  private static var parsing: [Benchmark] {
    Envelope.allCases.flatMap { envelope in
      SegmentCase.allCases.flatMap { segment in
        [true, false].map { isVerifying in
          Benchmark(
            name: "parse.\(envelope.prefix)\(segment.name)\(isVerifying ? "" : ".unchecked")",
            bytes: segment.textCount
          ) {
            try ParseTrial(segment, envelope, isVerifying: isVerifying)
          }
        }
      }
    }
  }

  private static var emitting: [Benchmark] {
    Envelope.allCases.flatMap { envelope in
      SegmentCase.allCases.flatMap { segment in
        [true, false].filter { $0 || envelope != .none }.map { isSumming in
          Benchmark(
            name: "emit.\(envelope.prefix)\(segment.name)\(isSumming ? "" : ".unchecked")",
            bytes: segment.textCount
          ) {
            EmitTrial(segment, envelope, isSumming: isSumming)
          }
        }
      }
    }
  }

  private static var sums: [Benchmark] {
    [20, 64, 536, 1_460, 8_960].flatMap { count in
      [
        Benchmark(name: "checksum.\(count)", bytes: count) { SumTrial(count, isCopying: false) },
        Benchmark(name: "copysum.\(count)", bytes: count) { SumTrial(count, isCopying: true) },
      ]
    } + copyWays
  }

  /// What `InternetChecksum.alignedFrom` is chosen by.
  private static var copyWays: [Benchmark] {
    [100, 196, 260, 324, 388, 516, 740, 1_460, 8_948, 65_495].flatMap { count in
      CopyWayTrial.Way.allCases.map { way in
        Benchmark(name: "copyways.\(count).\(way)", bytes: count) { CopyWayTrial(count, way) }
      }
    }
  }

  private static var stages: [Benchmark] {
    [
      Benchmark(name: "input.ack", bytes: 0) { try FleetAcknowledgmentTrial(64, isRandom: true) },
      Benchmark(name: "input.ack.freeing", bytes: 0) { try AcknowledgmentInputTrial() },
      Benchmark(name: "input.text.1460", bytes: 1_460) { try TextInputTrial(hasTimestamps: false) },
      Benchmark(name: "input.text.1448.timestamps", bytes: 1_448) {
        try TextInputTrial(hasTimestamps: true)
      },
      Benchmark(name: "input.reordered.32", bytes: 1_448) { try ReorderedInputTrial() },
      Benchmark(name: "input.sack", bytes: 0) { try SelectiveInputTrial() },
      Benchmark(name: "output.copying.1460", bytes: 1_460) { try OutputTrial(isInPlace: false) },
      Benchmark(name: "output.inplace.1460", bytes: 1_460) { try OutputTrial(isInPlace: true) },
    ]
  }

  private static var whole: [Benchmark] {
    var list: [Benchmark] = []
    func bulk(_ name: String, _ change: (inout BulkTrial.Style) -> Void) {
      var style = BulkTrial.Style()
      change(&style)
      let made = style
      list.append(
        Benchmark(name: "bulk." + name, bytes: 1_460, timeBudget: 1_500_000_000) { try BulkTrial(made) })
    }
    for mtu in [1_500, 9_000, 65_535] {
      bulk("copying.\(mtu)") { $0.mtu = mtu }
      bulk("inplace.\(mtu)") {
        $0.mtu = mtu
        $0.isInPlace = true
      }
    }
    bulk("copying.1500.unchecked") { $0.isUnchecked = true }
    bulk("inplace.1500.unchecked") {
      $0.isUnchecked = true
      $0.isInPlace = true
    }
    for mtu in [1_500, 9_000] {
      bulk("copying.\(mtu).drained") {
        $0.mtu = mtu
        $0.isDrained = true
      }
      bulk("inplace.\(mtu).drained") {
        $0.mtu = mtu
        $0.isInPlace = true
        $0.isDrained = true
      }
    }
    bulk("inplace.1500.unchecked.drained") {
      $0.isUnchecked = true
      $0.isInPlace = true
      $0.isDrained = true
    }
    bulk("copying.1500.timestamps") { $0.hasTimestamps = true }
    bulk("copying.1500.both") { $0.isBothWays = true }
    for hasTimestamps in [false, true] {
      let suffix = hasTimestamps ? ".timestamps" : ""
      list += [
        Benchmark(name: "pingpong\(suffix)", bytes: 2) { try PingPongTrial(hasTimestamps: hasTimestamps) },
        Benchmark(name: "open-echo-close\(suffix)", bytes: 2) {
          try OpenEchoCloseTrial(hasTimestamps: hasTimestamps, isLate: false)
        },
        Benchmark(name: "open-echo-close.late\(suffix)", bytes: 2) {
          try OpenEchoCloseTrial(hasTimestamps: hasTimestamps, isLate: true)
        },
      ]
    }
    return list
  }

  private static var scale: [Benchmark] {
    var list: [Benchmark] = []
    for count in [1, 100, 10_000, 100_000, 1_000_000] {
      // Tables and rings, the peers' numbers, and the datagrams.
      let memory = count * 1_200
      let timeBudget: UInt64 = 500_000_000
      list += [
        Benchmark(name: "scale.ack.\(count)", bytes: 0, memory: memory, timeBudget: timeBudget) {
          try FleetAcknowledgmentTrial(count, isRandom: true)
        },
        Benchmark(name: "scale.ack.inorder.\(count)", bytes: 0, memory: memory, timeBudget: timeBudget) {
          try FleetAcknowledgmentTrial(count, isRandom: false)
        },
        Benchmark(name: "scale.pingpong.\(count)", bytes: 2, memory: memory, timeBudget: timeBudget) {
          try FleetPingPongTrial(count)
        },
      ]
    }
    list += [
      Benchmark(name: "timers.arm.1000000", bytes: 0, memory: 32_000_000) {
        TimerTrial(1_000_000, isExpiring: false)
      },
      Benchmark(name: "timers.expire.1000000", bytes: 0, memory: 32_000_000) {
        TimerTrial(1_000_000, isExpiring: true)
      },
      Benchmark(name: "open.1000000", bytes: 0, memory: 2_400_000_000, timeBudget: 1) {
        try FleetOpenTrial(1_000_000)
      },
      // Ten million of them.
      Benchmark(name: "flood.syn", bytes: 0, minimumBatches: 500) { try FloodTrial() },
      Benchmark(name: "flood.pingpong", bytes: 2) { try FleetPingPongTrial(64, isFlooded: true) },
    ]
    return list
  }
}
