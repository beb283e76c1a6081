/// What a connection needs from its host for the length of one call: time, memory, the path, and where to
/// count.
package struct ConnectionContext: BitwiseCopyable {
  /// The moment of the call.
  package var now: Instant
  /// Where the rings are.
  package var region: Region
  /// The host's counters: a table of one.
  package var counterTable: Table<Counters>
  /// The MTU of the connection's interface in octets.
  package var interfaceMTU: Int
  /// Whether the device fills in checksums.
  package var isChecksumOffloaded: Bool
  /// How many challenge acknowledgments a connection sends in `challengeInterval` (RFC5961-THR-2).
  package var challengeLimit: UInt8
  /// See `challengeLimit`.
  package var challengeInterval: Interval

  package init(
    now: Instant, region: Region, counters: Table<Counters>, interfaceMTU: Int,
    isChecksumOffloaded: Bool, challengeLimit: UInt8, challengeInterval: Interval
  ) {
    self.now = now
    self.region = region
    counterTable = counters
    self.interfaceMTU = interfaceMTU
    self.isChecksumOffloaded = isChecksumOffloaded
    self.challengeLimit = challengeLimit
    self.challengeInterval = challengeInterval
  }

  /// The host's counters, in place.
  package var counters: Counters {
    // The first element of a table of one.
    @inline(__always)
    // unreached: a connection only adds
    unsafeAddress { unsafe UnsafePointer(counterTable.base) }
    @inline(__always)
    nonmutating unsafeMutableAddress { unsafe counterTable.base }
  }
}
