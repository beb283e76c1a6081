/// The control bits (RFC 9293 section 3.1).
enum Bits {
  static let fin: UInt8 = 1
  static let syn: UInt8 = 2
  static let rst: UInt8 = 4
  static let psh: UInt8 = 8
  static let ack: UInt8 = 16
  static let urg: UInt8 = 32
  static let ece: UInt8 = 64
  static let cwr: UInt8 = 128
}

/// Options as they are on the wire.
enum Option {
  static let end: [UInt8] = [0]
  static let nop: [UInt8] = [1]
  static let sackPermitted: [UInt8] = [4, 2]

  static func mss(_ size: Int) -> [UInt8] { [2, 4] + bigEndian(size, 2) }
  static func scale(_ shift: UInt8) -> [UInt8] { [3, 3, shift] }
  static func timestamps(_ value: Int, _ echo: Int) -> [UInt8] {
    [8, 10] + bigEndian(value, 4) + bigEndian(echo, 4)
  }
  static func sack(_ blocks: (Int, Int)...) -> [UInt8] {
    [5, UInt8(2 + 8 * blocks.count)] + blocks.flatMap { bigEndian($0.0, 4) + bigEndian($0.1, 4) }
  }
  static func unknown(_ kind: UInt8, _ body: [UInt8] = []) -> [UInt8] {
    [kind, UInt8(2 + body.count)] + body
  }
  /// What a SYN of most systems carries.
  static let ofSYN = mss(1460) + sackPermitted + timestamps(0x1122_3344, 0) + nop + scale(7)
  /// What a segment of a running connection carries.
  static let ofACK = nop + nop + timestamps(0x1122_3345, 0x5566_7788)
}

/// A segment to be put together. The checksum field is zero; a datagram around it fills it in.
struct SegmentParts {
  var source = 49_152
  var destination = 80
  var sequence = 1_000
  var acknowledgment = 2_000
  var flags = Bits.ack
  var window = 65_535
  var urgent = 0
  var options: [UInt8] = []
  var text: [UInt8] = []
  /// The data offset in words of four octets, where it is not to be the right one.
  var dataOffset: Int?
  var reserved = 0

  var octets: [UInt8] {
    let padded = options + fill(0, (4 - options.count % 4) % 4)
    let words = dataOffset ?? (20 + padded.count) / 4
    return bigEndian(source, 2) + bigEndian(destination, 2) + bigEndian(sequence, 4)
      + bigEndian(acknowledgment, 4)
      + [UInt8(words * 16 + reserved), flags] + bigEndian(window, 2) + [0, 0] + bigEndian(urgent, 2)
      + padded + text
  }

}

/// A SYN with the options that most systems send.
let plainSYN = SegmentParts(acknowledgment: 0, flags: Bits.syn, window: 64_240, options: Option.ofSYN)
/// A segment of a running connection with a little text.
let plainText = SegmentParts(flags: Bits.ack | Bits.psh, options: Option.ofACK, text: text("hello"))
