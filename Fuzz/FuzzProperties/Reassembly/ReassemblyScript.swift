/// An input script for the receive side: eight octets of setting, then steps of four octets.
///
///     0-1  capacity of the ring: 1 + n % 600
///     2    room for ranges: n % 10
///     3    window at the start, in 256ths of the capacity
///     4-7  the peer's initial sequence number
///
/// A step is the kind (low four bits) with a shift (high four bits), an offset of 16 bits with a sign, and a
/// count.
package enum ReassemblyScript {
  /// Octets of setting.
  package static var front: Int { 8 }
  /// Octets of a step.
  package static var step: Int { 4 }
  /// Steps that are played; what is behind them is not looked at.
  package static var limit: Int { 512 }

  /// What a step does.
  package enum Kind: Int {
    /// Text, `offset` octets from RCV.NXT.
    case text
    /// Text with a FIN behind it.
    case textWithFinish
    /// Text that ends or starts at the right edge, moved by `offset`.
    case textAtEdge
    /// Text whose sequence number is a power of two, and `offset`, away from RCV.NXT.
    case farText
    /// Copies `count` octets of what was received, and forgets them.
    case read
    /// Looks at what was received where it is, and forgets `count` octets.
    case readInPlace
    /// Advertises a window for an MSS of `count`.
    case advertise
    /// Opens the window by up to `offset` octets.
    case openWindow
    /// Asks for up to `count` SACK blocks.
    case report
    /// Queues octets in a ring of its own, by a copy.
    case queue
    /// Queues octets in that ring where they belong.
    case queueInPlace
    /// Takes octets out of that ring.
    case unqueue
    /// Adds a range to a set of its own.
    case insertRange
    /// Takes out of that set what is reached from a number on.
    case absorbRanges
    /// Cuts that set off.
    case truncateRanges
    /// Asks that set which range holds a number.
    case findRange
  }
}

/// One step of an input script.
struct ScriptStep {
  var kind: ReassemblyScript.Kind
  /// The high bits of the first octet, 0 to 15.
  var shift: Int
  /// -32,768 to 32,767.
  var offset: Int
  /// 0 to 255.
  var count: Int

  init(_ octets: Octets) {
    kind = ReassemblyScript.Kind(rawValue: octets[0] % 16) ?? .text
    shift = octets[0] / 16
    let bits = octets.word(1)
    offset = bits < 32_768 ? bits : bits - 65_536
    count = octets[3]
  }
}
