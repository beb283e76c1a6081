import TCPCore

/// Which way a datagram went through its interface.
public enum CaptureDirection: UInt8, Sendable {
  /// The interface received it.
  case inbound = 1
  /// The interface sent it.
  case outbound = 2
}

/// Writes raw IP datagrams as a pcapng file with microseconds and any number of interfaces.
///
/// The file depends on the arguments alone: no clock, no host name, no program version.
public struct PcapngWriter<Sink: CaptureSink> {
  /// Where the file goes.
  public private(set) var sink: Sink
  /// How many interfaces there are.
  public private(set) var interfaceCount = 0

  /// Starts a file: writes the section header and one description per interface.
  public init(_ sink: Sink, interfaces: [String]) throws(Sink.Failure) {
    self.sink = sink
    var body: [UInt8] = []
    body.append(little: BlockType.byteOrderMagic)
    body.append(little: 1 as UInt16)  // version 1.0
    body.append(little: 0 as UInt16)
    body.append(little: UInt64.max)  // length of the section: not stated
    body.append(option: OptionCode.userApplication, text: "tcp-core")
    body.append(little: 0 as UInt32)  // end of options
    try append(block: BlockType.sectionHeader, body)
    for name in interfaces { try addInterface(name: name) }
  }

  /// Describes one more interface and returns its number.
  @discardableResult
  public mutating func addInterface(name: String) throws(Sink.Failure) -> Int {
    var body: [UInt8] = []
    body.append(little: LinkType.raw)
    body.append(little: 0 as UInt16)
    body.append(little: 0 as UInt32)  // snap length: no limit
    body.append(option: OptionCode.interfaceName, text: name)
    body.append(option: OptionCode.timestampResolution, [6])  // microseconds
    body.append(little: 0 as UInt32)  // end of options
    try append(block: BlockType.interfaceDescription, body)
    interfaceCount += 1
    return interfaceCount - 1
  }

  /// Adds one datagram.
  ///
  /// - Parameters:
  ///   - datagram: a whole IPv4 or IPv6 datagram, or its start.
  ///   - time: when it was seen.
  ///   - interface: the number of an interface that was described; another one is a programmer's error.
  ///   - direction: which way it went, where that is known.
  ///   - comment: a remark that other programs show beside the datagram.
  ///   - originalCount: octets on the wire when `datagram` is only the start.
  public mutating func write(
    _ datagram: RawSpan, at time: Instant, interface: Int = 0, direction: CaptureDirection? = nil,
    comment: String? = nil, originalCount: Int? = nil
  ) throws(Sink.Failure) {
    var bytes: [UInt8] = []
    bytes.append(span: datagram)
    try write(
      bytes, at: time, interface: interface, direction: direction, comment: comment,
      originalCount: originalCount)
  }

  /// Adds one datagram given as an array.
  public mutating func write(
    _ datagram: [UInt8], at time: Instant, interface: Int = 0, direction: CaptureDirection? = nil,
    comment: String? = nil, originalCount: Int? = nil
  ) throws(Sink.Failure) {
    precondition(interface >= 0 && interface < interfaceCount, "no such interface was described")
    var body: [UInt8] = []
    body.append(little: UInt32(truncatingIfNeeded: interface))
    body.append(little: UInt32(truncatingIfNeeded: time.microseconds >> 32))
    body.append(little: UInt32(truncatingIfNeeded: time.microseconds))
    body.append(little: UInt32(clamping: datagram.count))
    body.append(little: UInt32(clamping: max(originalCount ?? 0, datagram.count)))
    body += datagram
    body.pad()
    if let comment { body.append(option: OptionCode.comment, text: comment) }
    if let direction { body.append(option: OptionCode.packetFlags, [direction.rawValue, 0, 0, 0]) }
    if comment != nil || direction != nil { body.append(little: 0 as UInt32) }  // end of options
    try append(block: BlockType.enhancedPacket, body)
  }

  /// Frames a block: type, length, body, and the length again.
  private mutating func append(block type: UInt32, _ body: [UInt8]) throws(Sink.Failure) {
    let length = UInt32(clamping: body.count + 12)
    var block: [UInt8] = []
    block.reserveCapacity(body.count + 12)
    block.append(little: type)
    block.append(little: length)
    block += body
    block.append(little: length)
    try sink.append(block)
  }
}

extension PcapngWriter where Sink == MemorySink {
  /// All octets of the file so far.
  public var bytes: [UInt8] { sink.bytes }
}

extension [UInt8] {
  /// Adds one option with its padding.
  fileprivate mutating func append(option code: UInt16, _ value: [UInt8]) {
    append(little: code)
    append(little: UInt16(clamping: value.count))
    self += value
    pad()
  }

  /// Adds a text option; a text too long for the 16-bit length is cut between two characters.
  fileprivate mutating func append(option code: UInt16, text: String) {
    var kept = text
    while kept.utf8.count > 0xFFFF {
      kept = String(kept.unicodeScalars.prefix(kept.unicodeScalars.count - 1))
    }
    append(option: code, [UInt8](kept.utf8))
  }
}
