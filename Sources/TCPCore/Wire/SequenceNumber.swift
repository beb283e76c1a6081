/// A position in the sequence space: 32 bits, compared and counted modulo 2^32 (RFC 9293 section 3.4).
///
/// The order is that of the shorter way round the circle, so it is no total order and the type is not
/// `Comparable`. Two numbers exactly 2^31 apart are on neither side of each other: `<`, `<=`, `>` and `>=`
/// are all false. Windows are kept below 2^30, so that no two numbers that a connection compares in earnest
/// are that far apart.
public struct SequenceNumber: Equatable, Sendable, BitwiseCopyable {
  /// The number as it is on the wire.
  public var rawValue: UInt32

  /// The sequence number with the given wire value.
  @inline(__always)
  public init(_ rawValue: UInt32) { self.rawValue = rawValue }

  /// The number `count` octets further on; `count` may be negative.
  @inline(__always)
  public static func + (number: SequenceNumber, count: Int) -> SequenceNumber {
    SequenceNumber(number.rawValue &+ UInt32(truncatingIfNeeded: count))
  }

  /// The number `count` octets further back.
  @inline(__always)
  public static func - (number: SequenceNumber, count: Int) -> SequenceNumber {
    SequenceNumber(number.rawValue &- UInt32(truncatingIfNeeded: count))
  }

  /// The signed distance from `right` to `left`, from -2^31 to 2^31 - 1.
  @inline(__always)
  public static func - (left: SequenceNumber, right: SequenceNumber) -> Int {
    Int(Int32(bitPattern: left.rawValue &- right.rawValue))
  }

  // RFC9293-X-6: every comparison is modulo 2^32.

  /// Whether `left` comes before `right`.
  @inline(__always)
  public static func < (left: SequenceNumber, right: SequenceNumber) -> Bool {
    Int32(bitPattern: right.rawValue &- left.rawValue) > 0
  }

  /// Whether `left` is `right` or comes before it.
  @inline(__always)
  public static func <= (left: SequenceNumber, right: SequenceNumber) -> Bool {
    Int32(bitPattern: right.rawValue &- left.rawValue) >= 0
  }

  /// Whether `left` comes after `right`.
  @inline(__always)
  public static func > (left: SequenceNumber, right: SequenceNumber) -> Bool { right < left }

  /// Whether `left` is `right` or comes after it.
  @inline(__always)
  public static func >= (left: SequenceNumber, right: SequenceNumber) -> Bool { right <= left }

  /// The later of two numbers.
  @inline(__always)
  package static func later(_ left: SequenceNumber, _ right: SequenceNumber) -> SequenceNumber {
    left < right ? right : left
  }

  /// The earlier of two numbers.
  @inline(__always)
  package static func earlier(_ left: SequenceNumber, _ right: SequenceNumber) -> SequenceNumber {
    right < left ? right : left
  }
}

extension StateDigest {
  /// A number of ours.
  mutating func add(_ number: SequenceNumber) { add(number.rawValue &- localOrigin) }
  /// A number of the peer's.
  mutating func add(remote number: SequenceNumber) { add(number.rawValue &- remoteOrigin) }
}
