/// Text of any length that repeats after a while, copied from a table.
public struct PatternText: Sendable {
  private let table: [UInt8]
  private let period: Int

  private init(period: Int, _ octet: (Int) -> UInt8) {
    self.period = period
    // Twice, so that a piece of one period can begin anywhere.
    table = (0..<(2 * period)).map { octet($0 % period) }
  }

  /// The octets that the HTTP service serves: octet i is the low octet of 7 i + i / 251, counted from 0.
  ///
  /// They repeat after 64,256 octets, which no power of two and no usual segment size divides. In Python:
  /// `bytes((7 * i + i // 251) & 255 for i in range(count))`.
  public static let octets = PatternText(period: 251 * 256) { UInt8(truncatingIfNeeded: 7 * $0 + $0 / 251) }

  /// The character generator's text (RFC 864): lines of 72 of the 95 printable characters, each line
  /// beginning one character later.
  public static let characters = PatternText(period: 95 * 74) { index in
    let (line, column) = index.quotientAndRemainder(dividingBy: 74)
    if column == 72 { return 13 }
    if column == 73 { return 10 }
    return UInt8(32 + (line + column) % 95)
  }

  /// Fills a buffer with the octets from `position` on.
  public func fill(_ buffer: UnsafeMutableRawBufferPointer, at position: UInt64) {
    var start = Int(position % UInt64(period))
    var done = 0
    unsafe table.withUnsafeBytes { all in
      while done < buffer.count {
        let count = min(period, buffer.count - done)
        // In bounds: `start` is below one period, `count` at most one, and the table has two.
        unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: all[start..<(start + count)]))
        done += count
        start = (start + count) % period
      }
    }
  }
}
