// Ring classes that sample delivery rates have, behind the table of records, one snapshot for each record,
// which moves with it, and one model of the path. Elsewhere nothing of that exists.

/// What a connection of such a ring class knows of its path.
package struct PathModel: BitwiseCopyable {
  package var rate = DeliveryRate()
  package var bbr = BBR()

  package init() {}
}

extension SentRecords {
  /// Whether any ring class may sample: a build with `TCPCORE_NO_BBR` leaves all of it out.
  package static var canSample: Bool {
    #if TCPCORE_NO_BBR
      false
    #else
      true
    #endif
  }

  /// Octets of snapshots and model, for so many records.
  package static func sampleOctets(_ transmissions: Int) -> (snapshots: Int, model: Int) {
    (transmissions &* MemoryLayout<DeliverySnapshot>.stride, MemoryLayout<PathModel>.stride)
  }

  /// The snapshots, each at the position of its record. Only where `isSampling`.
  @inline(__always)
  func snapshots(in region: Region) -> Table<DeliverySnapshot> {
    precondition(isSampling)
    return region.table(DeliverySnapshot.self, at: start &+ UInt32(size), count: capacity)
  }

  /// The snapshot of a record. Only where `isSampling`.
  package func snapshot(_ index: Int, in region: Region) -> DeliverySnapshot {
    // unreached: only tests ask for one
    precondition(index < count)
    return snapshots(in: region)[position(index)]
  }

  /// The one model. Only where `isSampling`.
  @inline(__always)
  package func models(in region: Region) -> Table<PathModel> {
    precondition(isSampling)
    let snapshots = (UInt32(size) &+ 1) / 2
    return region.table(PathModel.self, at: start &+ UInt32(size) &+ snapshots, count: 1)
  }

  /// The latest sample of the delivery rate in octets a second. Only where `isSampling`.
  package func deliveryRate(in region: Region) -> Int {
    Int(saturating: UInt64(wide: models(in: region)[0].rate.latest))
  }

  /// A connection begins: nothing is known of its path.
  package func beginModel(in region: Region) {
    guard isSampling else { return }  // unreached: the caller has asked
    models(in: region).initialize(0, to: PathModel())
    let snapshots = snapshots(in: region)
    for index in 0..<capacity { snapshots.initialize(index, to: DeliverySnapshot()) }
  }

  /// Octets of sequence space in flight, without those that the peer has reported.
  func unreported(in region: Region) -> Int {
    guard used > 0 else { return 0 }
    let records = table(in: region)
    let all = records[position(count &- 1)].end - records[position(0)].sequence
    return all &- Int(truncatingIfNeeded: sacked)
  }

  /// The last record has left, or what was sent again is a record now.
  ///
  /// - Parameters:
  ///   - octets: how many have left just now.
  ///   - limit: octets in flight from which on nothing more may leave.
  @inline(never)  // only where delivery rates are sampled
  func sampleSent(_ index: Int, octets: Int, limit: Int, at now: Instant, in region: Region) {
    // unreached: the caller has just looked the record up
    guard index < count else { return }
    let inFlight = unreported(in: region) &- Int(truncatingIfNeeded: lost)
    snapshots(in: region)[position(index)] = models(in: region)[0].rate.didSend(
      inFlight: inFlight &- octets, isLimited: inFlight >= limit, at: now)
  }

  /// Octets of a record are delivered that were not before.
  @inline(never)  // only where delivery rates are sampled
  func sampleDelivered(_ place: Int, octets: UInt32, in region: Region) {
    let record = table(in: region)[place]
    models(in: region)[0].rate.didDeliver(
      record, snapshots(in: region)[place], count: octets, isWhole: octets == record.count)
  }

  /// A record is lost.
  @inline(never)  // only where delivery rates are sampled
  func sampleLost(_ index: Int, in region: Region) {
    let records = table(in: region)
    let record = records[position(index)]
    models(in: region)[0].rate.didLose(
      record, snapshots(in: region)[position(index)],
      ahead: records[position(count &- 1)].end - record.end, unreported: unreported(in: region),
      isRangeStart: index == 0 || !records[position(index &- 1)].isLost)
  }

  func addModel(to digest: inout StateDigest, in region: Region) {
    guard isSampling else { return }
    for index in 0..<count { snapshots(in: region)[position(index)].add(to: &digest) }
    models(in: region)[0].rate.add(to: &digest)
    models(in: region)[0].bbr.add(to: &digest)
  }
}
