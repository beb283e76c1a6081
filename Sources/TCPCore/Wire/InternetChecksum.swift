/// The internet checksum (RFC 1071): the ones' complement sum of 16-bit words.
///
/// Words are added in the machine's own byte order and swapped once at the end, which RFC 1071 section 2(B)
/// shows to be the same sum. Partial sums of up to 2^32 octets each are added in 64 bits and folded once, so
/// no length overflows.
public struct InternetChecksum: Sendable, BitwiseCopyable {
  /// The sum so far, in the machine's byte order, not folded.
  package var sum: UInt64 = 0

  /// A sum of nothing.
  @inline(__always)
  public init() {}

  /// Adds octets that are at an even distance from the start of what is summed.
  @inline(__always)
  public mutating func add(_ bytes: RawSpan) {
    // The pointer does not leave the closure, and `sum` stays within its count.
    sum &+= unsafe bytes.withUnsafeBytes { unsafe InternetChecksum.sum($0.baseAddress, $0.count) }
  }

  /// Adds what most often is a header and nothing else, from the start of some octets: 20 of them at least.
  @inline(__always)
  package mutating func add(header bytes: RawSpan, count: Int) {
    precondition(count <= bytes.byteCount)
    // The pointer does not leave the closure, and the count was checked on the line above.
    sum &+= unsafe bytes.withUnsafeBytes { unsafe InternetChecksum.headerSum($0.baseAddress, count) }
  }

  /// Adds a header that was written to the start of a view.
  @inline(__always)
  package mutating func add(header bytes: MutableBytes, count: Int) {
    precondition(count <= bytes.count)
    // In bounds: checked on the line above.
    sum &+= unsafe InternetChecksum.headerSum(bytes.base, count)
  }

  /// Adds the first `count` octets of a view.
  @inline(__always)
  package mutating func add(_ bytes: MutableBytes, count: Int) {
    precondition(count <= bytes.count)
    // In bounds: checked on the line above.
    sum &+= unsafe InternetChecksum.sum(bytes.base, count)
  }

  /// Adds what another sum holds, of octets at an even distance.
  @inline(__always)
  package mutating func add(_ other: InternetChecksum) { sum &+= other.sum }

  /// Adds the sum of a piece that starts `offset` octets from the start of what is summed.
  @inline(__always)
  package mutating func add(piece: UInt64, atOffset offset: Int) {
    // A piece at an odd offset contributes with its octets swapped (RFC 1071 section 2(B)).
    sum &+= offset & 1 == 0 ? piece : UInt64(wide: UInt32(InternetChecksum.fold(piece).byteSwapped))
  }

  /// Adds one 16-bit word given as a number.
  @inline(__always)
  public mutating func add(word: UInt16) { sum &+= UInt64(wide: UInt32(word.bigEndian)) }

  /// Adds two 16-bit words given as one number.
  @inline(__always)
  public mutating func add(words: UInt32) { sum &+= UInt64(wide: words.bigEndian) }

  /// The checksum field that makes the sum come out right.
  @inline(__always)
  public var field: UInt16 { UInt16(bigEndian: ~InternetChecksum.fold(sum)) }

  /// Whether what was added, its checksum field included, sums to all ones: whether it is a multiple of
  /// 65,535, and not zero.
  ///
  /// 65,535 times `ones` is 2^64 - 1. So a multiple of 65,535, `k` of them, times `ones` is `-k`, and no
  /// other number comes out as one of these: `ones` has an inverse.
  @inline(__always)
  public var isValid: Bool {
    let ones: UInt64 = 0x0001_0001_0001_0001
    return ~(sum &* ones) < ones
  }

  /// Folds a sum to 16 bits with end-around carry: what the lower half carries is in the upper half's sum.
  @inline(__always)
  package static func fold(_ sum: UInt64) -> UInt16 {
    let half = UInt32(truncatingIfNeeded: (sum &+ (sum &<< 32 | sum &>> 32)) &>> 32)
    return UInt16(truncatingIfNeeded: (half &+ (half &<< 16 | half &>> 16)) &>> 16)
  }

  // May use `unsafe`: the two loops below are the only ones that touch each octet of a segment.

  @inline(__always)
  private static func halves(_ word: UInt64) -> UInt64 { (word & 0xFFFF_FFFF) &+ (word &>> 32) }

  /// The sum of `count` octets, of which there are 20 at least: at once for the three lengths that nearly all
  /// headers have: bare, with timestamps, and with what a SYN carries.
  @inline(__always)  // on a segment's way
  private static func headerSum(_ bytes: UnsafeRawPointer?, _ count: Int) -> UInt64 {
    // Nothing is read when there is no memory; below, every load ends at or before `count`.
    // unreached: the callers have checked that there are 20 octets
    guard let bytes = unsafe bytes, count >= 20 else { return 0 }
    let first = unsafe bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
    let second = unsafe bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
    let total = halves(first) &+ halves(second)
    if count < 21 {  // asked first, and not as one of three
      return total &+ UInt64(wide: unsafe bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
    }
    guard count == 32 || count == 40 else { return unsafe sum(bytes, count) }
    let third = unsafe bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
    let fourth = unsafe bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
    let most = total &+ halves(third) &+ halves(fourth)
    if count == 32 { return most }
    return most &+ halves(unsafe bytes.loadUnaligned(fromByteOffset: 32, as: UInt64.self))
  }

  /// The sum of `count` octets from `bytes` on.
  package static func sum(_ bytes: UnsafeRawPointer?, _ count: Int) -> UInt64 {
    // Nothing is read when there is no memory; below, every load ends at or before `count`.
    guard let bytes = unsafe bytes else { return 0 }
    var (total, offset) = unsafe wideSum(bytes, count)
    while offset &+ 8 <= count {
      let word = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      total &+= halves(word)
      offset &+= 8
    }
    if offset &+ 4 <= count {
      total &+= UInt64(wide: unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
      offset &+= 4
    }
    if offset &+ 2 <= count {
      total &+= UInt64(wide: UInt32(unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self)))
      offset &+= 2
    }
    if offset < count {
      // The last odd octet is the first octet of a word whose second is zero.
      let octet = unsafe bytes.load(fromByteOffset: offset, as: UInt8.self)
      total &+= UInt64(wide: UInt32(UInt16(littleEndian: UInt16(octet))))
    }
    return total
  }

  /// From how many octets on `copyAndSum` begins at a cache line: measured by `tcpcore-bench --filter
  /// copyways`.
  package static var alignedFrom: Int { 256 }

  /// Copies `count` octets and returns their sum, reading each once. The memory must not overlap.
  package static func copyAndSum(
    from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer, count: Int
  ) -> UInt64 {
    // Handed on as it is.
    unsafe copyAndSum(from: source, to: destination, count: count, alignedFrom: alignedFrom)
  }

  /// As `copyAndSum`, with a bound of one's own.
  @inline(__always)  // on a segment's way
  package static func copyAndSum(
    from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer, count: Int, alignedFrom: Int
  ) -> UInt64 {
    // Every load and store ends at or before `count`, which the caller has checked for both sides.
    var (total, offset) = unsafe wideCopyAndSum(from: source, to: destination, count, alignedFrom)
    while offset &+ 8 <= count {
      let word = unsafe source.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      unsafe destination.storeBytes(of: word, toByteOffset: offset, as: UInt64.self)
      total &+= halves(word)
      offset &+= 8
    }
    if offset &+ 4 <= count {
      let word = unsafe source.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
      unsafe destination.storeBytes(of: word, toByteOffset: offset, as: UInt32.self)
      total &+= UInt64(wide: word)
      offset &+= 4
    }
    if offset &+ 2 <= count {
      let word = unsafe source.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
      unsafe destination.storeBytes(of: word, toByteOffset: offset, as: UInt16.self)
      total &+= UInt64(wide: UInt32(word))
      offset &+= 2
    }
    if offset < count {
      let octet = unsafe source.load(fromByteOffset: offset, as: UInt8.self)
      unsafe destination.storeBytes(of: octet, toByteOffset: offset, as: UInt8.self)
      total &+= UInt64(wide: UInt32(UInt16(littleEndian: UInt16(octet))))
    }
    return total
  }

  // Eight 64-bit words at a time, where the machine has wide registers, and size is not what counts.
  #if DEBUG || hasFeature(Embedded) && !TCPCORE_WIDE_SUMS
    @inline(__always)
    private static func wideSum(_ bytes: UnsafeRawPointer, _ count: Int) -> (UInt64, Int) { (0, 0) }

    @inline(__always)  // on a segment's way
    private static func wideCopyAndSum(
      from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer, _ count: Int,
      _ alignedFrom: Int
    ) -> (UInt64, Int) { (0, 0) }
  #elseif !(arch(x86_64) || arch(arm64))
    // Without them the vectors below would be taken apart, and their parts kept in memory.
    @inline(__always)  // on a segment's way
    private static func wideSum(_ bytes: UnsafeRawPointer, _ count: Int) -> (UInt64, Int) {
      var total: UInt64 = 0
      var offset = 0
      while offset &+ 32 <= count {
        // Thirty-two octets that end at or before `count`: the loop says so.
        let first = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        let second = unsafe bytes.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt64.self)
        let third = unsafe bytes.loadUnaligned(fromByteOffset: offset &+ 16, as: UInt64.self)
        let fourth = unsafe bytes.loadUnaligned(fromByteOffset: offset &+ 24, as: UInt64.self)
        total &+= halves(first) &+ halves(second) &+ halves(third) &+ halves(fourth)
        offset &+= 32
      }
      return (total, offset)
    }

    @inline(__always)
    private static func copy(
      at offset: Int, from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer
    ) -> UInt64 {
      // Eight octets from `offset` on: the caller knows that they are there.
      let word = unsafe source.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      unsafe destination.storeBytes(of: word, toByteOffset: offset, as: UInt64.self)
      return word
    }

    @inline(__always)  // on a segment's way
    private static func wideCopyAndSum(
      from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer, _ count: Int,
      _ alignedFrom: Int
    ) -> (UInt64, Int) {
      var total: UInt64 = 0
      var offset = 0
      while offset &+ 32 <= count {
        // Thirty-two octets that end at or before `count` on both sides: the loop says so.
        total &+= unsafe halves(copy(at: offset, from: source, to: destination))
        total &+= unsafe halves(copy(at: offset &+ 8, from: source, to: destination))
        total &+= unsafe halves(copy(at: offset &+ 16, from: source, to: destination))
        total &+= unsafe halves(copy(at: offset &+ 24, from: source, to: destination))
        offset &+= 32
      }
      return (total, offset)
    }
  #else
    @inline(__always)  // on a segment's way
    private static func wideSum(_ bytes: UnsafeRawPointer, _ count: Int) -> (UInt64, Int) {
      let (lastEight, lastTwo) = (count &- 64, count &- 16)
      guard lastEight >= 0 else { return (0, 0) }
      var sum = WideSum()
      var offset = 0
      while offset <= lastEight {
        // Ends at or before `count`: the loop says so.
        sum.add(unsafe bytes.loadUnaligned(fromByteOffset: offset, as: SIMD8<UInt64>.self))
        offset &+= 64
      }
      while offset <= lastTwo {
        // Ends at or before `count`: the loop says so.
        sum.add(unsafe bytes.loadUnaligned(fromByteOffset: offset, as: SIMD2<UInt64>.self))
        offset &+= 16
      }
      return (sum.total, offset)
    }

    @inline(__always)
    private static func copy(
      at offset: Int, from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer,
      adding sum: inout WideSum
    ) {
      // Sixty-four octets from `offset` on: the caller knows that they are there.
      let words = unsafe source.loadUnaligned(fromByteOffset: offset, as: SIMD8<UInt64>.self)
      unsafe destination.storeBytes(of: words, toByteOffset: offset, as: SIMD8<UInt64>.self)
      sum.add(words)
    }

    /// What is before the first cache line: an even number of octets below 64.
    ///
    /// Stores that straddle two lines wait for both, and those of a ring are seldom in the nearest cache:
    /// whole lines, one after the other, take half the time.
    @inline(__always)  // on a segment's way
    private static func copyHead(
      from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer, _ count: Int,
      adding sum: inout WideSum
    ) -> UInt64 {
      var total: UInt64 = 0
      var offset = 0
      while offset &+ 16 <= count {
        // Ends at or before `count` on both sides: the loop says so.
        let words = unsafe source.loadUnaligned(fromByteOffset: offset, as: SIMD2<UInt64>.self)
        unsafe destination.storeBytes(of: words, toByteOffset: offset, as: SIMD2<UInt64>.self)
        sum.add(words)
        offset &+= 16
      }
      // Fewer than sixteen are left, and the bits of `count` tell which steps they are.
      if count & 8 != 0 {
        // Eight of them.
        let word = unsafe source.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        unsafe destination.storeBytes(of: word, toByteOffset: offset, as: UInt64.self)
        total &+= halves(word)
        offset &+= 8
      }
      if count & 4 != 0 {
        // Four of them.
        let word = unsafe source.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        unsafe destination.storeBytes(of: word, toByteOffset: offset, as: UInt32.self)
        total &+= UInt64(wide: word)
        offset &+= 4
      }
      if count & 2 != 0 {
        // The last two.
        let word = unsafe source.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
        unsafe destination.storeBytes(of: word, toByteOffset: offset, as: UInt16.self)
        total &+= UInt64(wide: UInt32(word))
      }
      return total
    }

    /// For a destination at an odd address: one octet, then the others, whose sum counts with its octets
    /// swapped.
    @inline(never)  // rare
    private static func copyOddAndSum(
      from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer, _ count: Int
    ) -> UInt64 {
      var checksum = InternetChecksum()
      // Two pieces that together are `count` octets, of which there is one at least.
      checksum.sum = unsafe copyAndSum(from: source, to: destination, count: 1)
      let rest = unsafe copyAndSum(from: source + 1, to: destination + 1, count: count &- 1)
      checksum.add(piece: rest, atOffset: 1)
      return checksum.sum
    }

    @inline(__always)  // on a segment's way
    private static func wideCopyAndSum(
      from source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer, _ count: Int,
      _ alignedFrom: Int
    ) -> (UInt64, Int) {
      let (lastEight, lastTwo) = (count &- 64, count &- 16)
      guard lastEight >= 0 else { return (0, 0) }
      var sum = WideSum()
      var (total, offset): (UInt64, Int) = (0, 0)
      let head = (0 &- Int(bitPattern: destination)) & 63
      if count >= alignedFrom && count >= 64 && head > 0 {
        guard head & 1 == 0 else {
          // As it was handed in, and to its end.
          return (unsafe copyOddAndSum(from: source, to: destination, count), count)
        }
        // At most 62 octets: fewer than `count`.
        total = unsafe copyHead(from: source, to: destination, head, adding: &sum)
        offset = head
      }
      // Two rounds at once, since each pays for the loop.
      while offset <= lastEight &- 64 {
        // Ends at or before `count` on both sides: the loop says so.
        unsafe copy(at: offset, from: source, to: destination, adding: &sum)
        unsafe copy(at: offset &+ 64, from: source, to: destination, adding: &sum)
        offset &+= 128
      }
      if offset <= lastEight {
        // Ends at or before `count` on both sides: the line above says so.
        unsafe copy(at: offset, from: source, to: destination, adding: &sum)
        offset &+= 64
      }
      while offset <= lastTwo {
        // Ends at or before `count` on both sides: the loop says so.
        let words = unsafe source.loadUnaligned(fromByteOffset: offset, as: SIMD2<UInt64>.self)
        unsafe destination.storeBytes(of: words, toByteOffset: offset, as: SIMD2<UInt64>.self)
        sum.add(words)
        offset &+= 16
      }
      return (total &+ sum.total, offset)
    }
  #endif
}

#if !DEBUG && (!hasFeature(Embedded) || TCPCORE_WIDE_SUMS) && (arch(x86_64) || arch(arm64))
  /// The sum of 32-bit words that come as 64-bit words, several at once: the words' wrapped sum and the sum
  /// of their high halves, which tell both halves' sums apart, as long as each fits 64 bits: for 2^32 words
  /// of each lane.
  private struct WideSum {
    var all = SIMD8<UInt64>(repeating: 0)
    var high = SIMD8<UInt64>(repeating: 0)

    @inline(__always)
    mutating func add(_ words: SIMD8<UInt64>) {
      all &+= words
      high &+= words &>> 32
    }

    @inline(__always)
    mutating func add(_ words: SIMD2<UInt64>) {
      all.lowHalf.lowHalf &+= words
      high.lowHalf.lowHalf &+= words &>> 32
    }

    /// What the high halves added to the wrapped sum is taken out again, and the low halves remain.
    @inline(__always)
    var total: UInt64 {
      let highs = high.wrappedSum()
      return all.wrappedSum() &- (highs &<< 32) &+ highs
    }
  }
#endif
