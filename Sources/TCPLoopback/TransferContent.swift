/// The octets that one side sends: given ones, or as many generated ones as wanted.
public struct TransferContent: Sendable {
  private let octets: [UInt8]
  private let period: Int
  /// How many octets there are.
  public let count: Int

  /// The given octets.
  public init(_ octets: [UInt8]) {
    self.octets = octets
    period = octets.count
    count = octets.count
  }

  /// `count` octets that repeat after a prime number, so that no shift by a power of two goes unnoticed.
  public init(generated count: Int, seed: UInt64) {
    self.count = count
    period = 65_521
    var random = SplitMix64(seed: seed)
    var pattern = [UInt8]()
    pattern.reserveCapacity(2 * period)
    for _ in 0..<period { pattern.append(UInt8(truncatingIfNeeded: random.next())) }
    octets = pattern + pattern
  }

  /// Lends the octets from `offset` on, as many as are in one piece and at most `limit`.
  func withOctets<Result>(
    at offset: Int, limit: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    let start = period == 0 ? 0 : offset % period
    let available = min(count - offset, octets.count - start, limit)
    return try unsafe octets.withUnsafeBytes { all in
      try unsafe body(UnsafeRawBufferPointer(rebasing: all[start..<(start + available)]))
    }
  }

  /// Whether `bytes` are the octets from `offset` on.
  func matches(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Bool {
    guard bytes.count <= count - offset else { return false }
    var done = 0
    while done < bytes.count {
      let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[done...])
      let (compared, equal) = unsafe withOctets(at: offset + done, limit: rest.count) { own in
        (own.count, unsafe own.elementsEqualFast(rest))
      }
      guard equal, compared > 0 else { return false }
      done += compared
    }
    return true
  }
}

extension UnsafeRawBufferPointer {
  /// Whether the first `count` octets of `other` are these: eight at a time, so that checking does not cost
  /// more than what is checked.
  func elementsEqualFast(_ other: UnsafeRawBufferPointer) -> Bool {
    precondition(other.count >= count)
    var offset = 0
    // Loads end at or before `count`, which both buffers have.
    while offset &+ 8 <= count {
      let mine = unsafe loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      let theirs = unsafe other.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      if mine != theirs { return false }
      offset &+= 8
    }
    while offset < count {
      if unsafe self[offset] != other[offset] { return false }
      offset &+= 1
    }
    return true
  }
}
